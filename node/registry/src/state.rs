//! What every node holds alike, and how a batch of signed commands changes it.
//!
//! Pure and deterministic: the same batches in the same order give the same state and the same verdicts on every node,
//! so that nothing here reads a clock, a random number or this node's own identity.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use enplan_domain::handover::ledger::{self, Federation};
use enplan_domain::handover::{CaseRecord, Outcome, Receipt, Signature};
use enplan_domain::{CaseHandle, Incarnation, Kommunekode, RequestId};
use enplan_statistics::ledger as statistics;
use serde::{Deserialize, Serialize};

use crate::command::{AuditHead, Batch, Command, HeadRefused, NotTheNext, Verdict, Verdicts};
use crate::founding::Founding;
use crate::signing::{SignedCommand, Verified, VerifyingKey};

/// How many of a member's latest requests are remembered. A node waits for one answer before it asks the next of the
/// kinds that need it, so that a repetition is always among the last few.
const REMEMBERED_REQUESTS: usize = 64;

/// What every node holds alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    federation: String,
    /// No id up to this is ever given to a node that comes later.
    highest_raft_id: u64,
    members: BTreeMap<Kommunekode, MemberRecord>,
    cases: BTreeMap<CaseHandle, CaseRecord>,
    /// The last field: a snapshot from before there were statistics ends here.
    statistics: statistics::Ledger,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MemberRecord {
    raft_id: u64,
    key: VerifyingKey,
    incarnation: Incarnation,
    audit_head: Option<AuditHead>,
    remembered: VecDeque<(RequestId, Verdict)>,
}

/// What the registry knows of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberState {
    /// The newest life that its node has started; 0 before its first.
    pub incarnation: Incarnation,
    /// The last head of its audit log, if it ever gave one.
    pub audit_head: Option<AuditHead>,
}

impl State {
    /// The state before the first entry.
    pub(crate) fn founded(founding: &Founding) -> Self {
        let members = founding.members().iter().map(|member| {
            let record = MemberRecord {
                raft_id: member.raft_id,
                key: member.key,
                incarnation: Incarnation::default(),
                audit_head: None,
                remembered: VecDeque::new(),
            };
            (member.municipality, record)
        });
        Self {
            federation: founding.federation().to_owned(),
            highest_raft_id: founding.members().iter().map(|member| member.raft_id).max().unwrap_or(0),
            members: members.collect(),
            cases: BTreeMap::new(),
            statistics: statistics::Ledger::default(),
        }
    }

    /// Applies each command alone. Returns a verdict for each, and the cases whose record is no longer what it was.
    pub(crate) fn apply(&mut self, batch: &Batch) -> (Verdicts, BTreeSet<CaseHandle>) {
        let mut changed = BTreeSet::new();
        let verdicts = batch.0.iter().map(|signed| self.apply_one(signed, &mut changed)).collect();
        (Verdicts(verdicts), changed)
    }

    fn apply_one(&mut self, signed: &SignedCommand, changed: &mut BTreeSet<CaseHandle>) -> Verdict {
        let Self { federation, members, cases, statistics, .. } = self;
        let verified = signed.verify(federation, |by| members.get(&by).map(|member| member.key));
        let Verified { request, by, command } = match verified {
            Ok(verified) => verified,
            Err(rejected) => return Verdict::Rejected(rejected),
        };
        match command {
            Command::Case { handle, transfer, command } => {
                let result =
                    ledger::apply(cases.get(&handle), handle, transfer, by, &command, &Members(members));
                Verdict::Case(result.map(|(record, effect)| {
                    if effect == ledger::Effect::Changed {
                        cases.insert(handle, record);
                        changed.insert(handle);
                    }
                    effect
                }))
            }
            Command::Started(incarnation) => {
                self.once(by, request, |member| Verdict::Started(member.started(incarnation)))
            }
            Command::AuditHead(head) => {
                self.once(by, request, |member| Verdict::AuditHead(member.audit_head_is(head)))
            }
            // A repetition changes nothing by the rules themselves.
            Command::Statistics(command) => {
                Verdict::Statistics(statistics.apply(by, command, &Members(members)))
            }
        }
    }

    /// Does it the first time that this request comes, and gives the same answer from then on.
    fn once(
        &mut self,
        by: Kommunekode,
        request: RequestId,
        act: impl FnOnce(&mut MemberRecord) -> Verdict,
    ) -> Verdict {
        let Some(member) = self.members.get_mut(&by) else {
            return Verdict::Rejected(crate::command::Rejected::NotAMember);
        };
        if let Some((_, verdict)) = member.remembered.iter().find(|(seen, _)| *seen == request) {
            return verdict.clone();
        }
        let verdict = act(member);
        if member.remembered.len() == REMEMBERED_REQUESTS {
            member.remembered.pop_front();
        }
        member.remembered.push_back((request, verdict.clone()));
        verdict
    }

    pub(crate) fn federation(&self) -> &str {
        &self.federation
    }

    pub(crate) fn case(&self, handle: CaseHandle) -> Option<&CaseRecord> {
        self.cases.get(&handle)
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = (&CaseHandle, &CaseRecord)> {
        self.cases.iter()
    }

    /// The cases that this municipality owns, or is or was a side of a handover of.
    pub(crate) fn concerning(&self, me: Kommunekode) -> Vec<(CaseHandle, CaseRecord)> {
        let concerns = |record: &CaseRecord| {
            record.owner == me
                || record.open.as_ref().is_some_and(|open| open.from == me || open.to == me)
                || record.outcomes.values().any(|outcome| {
                    matches!(outcome, Outcome::HandedOver { from, to, .. } if *from == me || *to == me)
                })
        };
        let mine = self.cases.iter().filter(|(_, record)| concerns(record));
        mine.map(|(handle, record)| (*handle, record.clone())).collect()
    }

    /// What was agreed and released of statistics.
    pub(crate) fn statistics(&self) -> &statistics::Ledger {
        &self.statistics
    }

    /// The manifest that holds.
    pub(crate) fn manifest_in_force(&self) -> Option<(u32, &statistics::ManifestRecord)> {
        self.statistics.in_force(&Members(&self.members))
    }

    pub(crate) fn member(&self, municipality: Kommunekode) -> Option<MemberState> {
        let member = self.members.get(&municipality)?;
        Some(MemberState { incarnation: member.incarnation, audit_head: member.audit_head })
    }
}

impl MemberRecord {
    fn started(&mut self, incarnation: Incarnation) -> Result<(), NotTheNext> {
        if incarnation != self.incarnation.next() {
            return Err(NotTheNext { newest: self.incarnation });
        }
        self.incarnation = incarnation;
        Ok(())
    }

    fn audit_head_is(&mut self, head: AuditHead) -> Result<(), HeadRefused> {
        match self.audit_head {
            Some(recorded) if head.size < recorded.size => {
                Err(HeadRefused::Shrunk { recorded: recorded.size })
            }
            Some(recorded) if head.size == recorded.size && head.head != recorded.head => {
                Err(HeadRefused::Forked { size: head.size })
            }
            _ => {
                self.audit_head = Some(head);
                Ok(())
            }
        }
    }
}

struct Members<'a>(&'a BTreeMap<Kommunekode, MemberRecord>);

impl Federation for Members<'_> {
    fn is_member(&self, municipality: Kommunekode) -> bool {
        self.0.contains_key(&municipality)
    }

    fn newest_incarnation(&self, municipality: Kommunekode) -> Incarnation {
        self.0.get(&municipality).map(|member| member.incarnation).unwrap_or_default()
    }

    fn is_genuine(&self, by: Kommunekode, receipt: &Receipt, signature: &Signature) -> bool {
        self.0.get(&by).is_some_and(|member| member.key.verify(&receipt.signed_bytes(), signature))
    }
}

impl statistics::Members for Members<'_> {
    fn all(&self) -> BTreeSet<Kommunekode> {
        self.0.keys().copied().collect()
    }

    fn has_signed(&self, by: Kommunekode, message: &[u8], signature: &Signature) -> bool {
        self.0.get(&by).is_some_and(|member| member.key.verify(message, signature))
    }
}

#[cfg(test)]
mod tests;
