//! The statements of one case, as they are kept: what waits whole, and of what is decided no more than that it was.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{RelationChoice, Said, Statement, StatementRefusal};
use crate::catalogue::STATEMENT_RETENTION;
use crate::fingerprint::fingerprint;
use crate::plan::{ItemKey, Plan, PlanCommand};
use crate::{BasisId, CaseHandle, Context, Narrative, Stamp, danish_day};

/// What reports have said in one case, each statement under the resource that says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    entries: BTreeMap<ItemKey, Entry>,
}

/// One statement, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a record has a handful of them")]
pub enum Entry {
    /// Nobody has decided yet, or there is nothing to decide.
    Waiting {
        /// What is said.
        statement: Statement,
        /// When this was first said here.
        heard_at: Timestamp,
    },
    /// It is decided: what it said is gone from here, but for what recognises it.
    Settled {
        /// What it said, as a number.
        mark: String,
        /// As of when it was said.
        as_of: Timestamp,
        /// What became of it.
        outcome: Outcome,
        /// Who decided, and when.
        stamp: Stamp,
    },
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// It is in the plan now.
    TakenOver {
        /// As what: an item's key, or a legal basis' id.
        into: String,
    },
    /// It does not belong in the plan.
    Dismissed {
        /// Why.
        reason: Narrative,
    },
    /// Its source took it back before anybody decided.
    TakenBack,
}

/// What became of a statement that was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heard {
    /// Nobody had said it before.
    New,
    /// It was said otherwise before.
    Changed,
    /// It was said before, or decided before.
    Unchanged,
    /// Something newer is known.
    Older,
    /// The plan says as much.
    Known,
    /// Its source takes it back.
    TakenBack,
}

/// A statement that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting<'r> {
    /// What is said.
    pub statement: &'r Statement,
    /// When this was first said here.
    pub heard_at: Timestamp,
    /// The last day on which it waits; it stays where there is nothing to decide.
    pub until: Option<Date>,
}

/// How somebody takes a statement over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingOver {
    /// The case's handle, for a legal basis.
    pub case: CaseHandle,
    /// The id of the legal basis, where the source's own can't be one.
    pub basis: BasisId,
    /// What no report can say of a relation; without it only a consent can be taken over.
    pub relation: Option<RelationChoice>,
}

/// What taking a statement over comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// This is to be done to the plan, and then it is there under this name.
    Command(PlanCommand, String),
    /// It is there already under this name.
    Already(String),
}

impl Entry {
    fn as_of(&self) -> Timestamp {
        match self {
            Self::Waiting { statement, .. } => statement.provenance.as_of,
            Self::Settled { as_of, .. } => *as_of,
        }
    }

    fn last_day(&self) -> Option<Date> {
        match self {
            Self::Waiting { statement, heard_at } if statement.said.must_be_decided() => {
                danish_day(*heard_at).checked_add(STATEMENT_RETENTION.days.days()).ok()
            }
            _ => None,
        }
    }
}

fn mark(said: &Said) -> String {
    fingerprint([said])
}

impl Received {
    /// Every statement, by the resource that says it.
    pub fn entries(&self) -> impl Iterator<Item = (&ItemKey, &Entry)> {
        self.entries.iter()
    }

    /// Those that wait, or inform.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting<'_>> {
        self.entries.values().filter_map(|entry| match entry {
            Entry::Waiting { statement, heard_at } => {
                Some(Waiting { statement, heard_at: *heard_at, until: entry.last_day() })
            }
            Entry::Settled { .. } => None,
        })
    }

    /// How many somebody has to decide about.
    pub fn to_decide(&self) -> usize {
        self.waiting().filter(|one| one.statement.said.must_be_decided()).count()
    }

    /// Takes in what a report says, with the plan as it is after the report. In whichever order reports come, the newest
    /// counts; the same one again changes nothing; what was decided is not asked again unless it is said otherwise now.
    pub fn take_in(&mut self, statement: Statement, plan: &Plan, context: &Context) -> Heard {
        let before = self.entries.get_mut(&statement.key);
        let as_of = statement.provenance.as_of;
        if before.as_ref().is_some_and(|before| before.as_of() > as_of) {
            return Heard::Older;
        }
        let settled = if statement.is_over {
            Some(Outcome::TakenBack)
        } else {
            statement.said.known_to(&statement.key, plan)
        };
        let heard = if before.is_some() { Heard::Changed } else { Heard::New };
        match (before, settled) {
            (Some(Entry::Settled { outcome: Outcome::TakenOver { .. }, .. }), Some(Outcome::TakenBack)) => {
                // It is in the plan, and its source says otherwise: somebody has to look.
            }
            (Some(Entry::Settled { mark: known, as_of: at, outcome, .. }), None)
                if *known == mark(&statement.said) && *outcome != Outcome::TakenBack =>
            {
                *at = as_of;
                return Heard::Unchanged;
            }
            (Some(Entry::Waiting { statement: known, .. }), _)
                if known.said == statement.said && known.is_over == statement.is_over =>
            {
                known.provenance = statement.provenance;
                return Heard::Unchanged;
            }
            (before, Some(outcome)) => {
                let was_waiting = matches!(before, Some(Entry::Waiting { .. }));
                let heard = match outcome {
                    Outcome::TakenBack if was_waiting => Heard::TakenBack,
                    _ if was_waiting || heard == Heard::New => Heard::Known,
                    _ => Heard::Unchanged,
                };
                self.settle_as(&statement, outcome, context);
                return heard;
            }
            (_, None) => {}
        }
        let key = statement.key.clone();
        self.entries.insert(key, Entry::Waiting { statement, heard_at: context.now });
        heard
    }

    /// What taking over a statement that waits is to the plan. Taken over once more, it is there already.
    ///
    /// # Errors
    /// [`StatementRefusal`]; and what the plan's own rules say to the command is theirs.
    pub fn take_over(
        &self,
        key: &ItemKey,
        plan: &Plan,
        taking: &TakingOver,
        context: &Context,
    ) -> Result<Taken, StatementRefusal> {
        let statement = match self.entries.get(key).ok_or(StatementRefusal::NoSuchStatement)? {
            Entry::Waiting { statement, .. } => statement,
            Entry::Settled { outcome: Outcome::TakenOver { into }, .. } => {
                return Ok(Taken::Already(into.clone()));
            }
            Entry::Settled { outcome: Outcome::Dismissed { .. }, .. } => {
                return Err(StatementRefusal::Dismissed);
            }
            Entry::Settled { outcome: Outcome::TakenBack, .. } => {
                return Err(StatementRefusal::NoLongerSo);
            }
        };
        if statement.is_over {
            return Err(StatementRefusal::NoLongerSo);
        }
        match &statement.said {
            Said::Relation(stated) => {
                if let Some(there) = stated.recorded_in(plan) {
                    return Ok(Taken::Already(there.key.to_string()));
                }
                let choice = taking.relation.as_ref().ok_or(StatementRefusal::SectorMissing)?;
                let command = stated.command(plan, choice, context)?;
                Ok(Taken::Command(command, format!("RelatedPerson/{}", choice.id)))
            }
            Said::Consent(stated) => {
                let draft = stated.draft(key, taking.case, taking.basis, context.now)?;
                let into = draft.id.to_string();
                Ok(Taken::Command(PlanCommand::RecordBasis(Box::new(draft)), into))
            }
            Said::Cooperation { .. } | Said::Acting { .. } => Err(StatementRefusal::Information),
        }
    }

    /// Keeps of a statement that it is in the plan now, and where.
    pub fn taken_over(&mut self, key: &ItemKey, into: String, context: &Context) {
        if let Some(Entry::Waiting { statement, .. }) = self.entries.get(key).cloned().as_ref() {
            self.settle_as(statement, Outcome::TakenOver { into }, context);
        }
    }

    /// Dismisses a statement that waits. Once more, it is dismissed.
    ///
    /// # Errors
    /// [`StatementRefusal`]; then nothing has changed.
    pub fn dismiss(
        &mut self,
        key: &ItemKey,
        reason: Narrative,
        context: &Context,
    ) -> Result<(), StatementRefusal> {
        if reason.is_empty() {
            return Err(StatementRefusal::ReasonMissing);
        }
        match self.entries.get(key).cloned() {
            Some(Entry::Waiting { statement, .. }) => {
                self.settle_as(&statement, Outcome::Dismissed { reason }, context);
                Ok(())
            }
            Some(Entry::Settled { outcome: Outcome::Dismissed { .. }, .. }) => Ok(()),
            Some(Entry::Settled { .. }) | None => Err(StatementRefusal::NoSuchStatement),
        }
    }

    /// Drops what nobody has decided about in time.
    pub fn drop_overdue(&mut self, today: Date) {
        self.entries.retain(|_, entry| entry.last_day().is_none_or(|last| today <= last));
    }

    /// Whether anything is in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn settle_as(&mut self, statement: &Statement, outcome: Outcome, context: &Context) {
        let (mark, as_of) = (mark(&statement.said), statement.provenance.as_of);
        let settled = Entry::Settled { mark, as_of, outcome, stamp: context.stamp() };
        self.entries.insert(statement.key.clone(), settled);
    }
}
