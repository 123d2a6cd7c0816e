//! The audit log: who did what to whose case, in a hash chain.
//!
//! A leaf is `1 | postcard(fields)`, with a random salt, sealed under the node's own key. The chain runs over the sealed
//! bytes: `chain(n) = SHA-256("enplan audit v1" | chain(n-1) | n | leaf(n))`, so that it can be checked without a key and
//! stays whole when a leaf can no longer be opened. A leaf is written in the transaction of its effect.

use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use enplan_domain::{CaseId, Kommunekode, Timestamp, TransferId};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::Vault;
use crate::error::{AuditBroken, StorageError, Tampered, VaultError};
use crate::reader::Look;
use crate::seal::{Place, SealingKey, random};
use crate::tables::audit_leaves;

const FORMAT: u8 = 1;
const PAGE: u32 = 1_000;

/// How long the log is, and the chain's value at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of leaves.
    pub size: u64,
    /// The chain at the last of them; zeros when there is none.
    pub head: [u8; 32],
}

impl AuditHead {
    /// The head of a log without leaves.
    pub const EMPTY: Self = Self { size: 0, head: [0; 32] };

    /// The head after one more leaf.
    pub(crate) fn after(self, leaf_sealed: &[u8]) -> Self {
        let size = self.size + 1;
        let mut context = Context::new(&SHA256);
        context.update(b"enplan audit v1\0");
        context.update(&self.head);
        context.update(&size.to_be_bytes());
        context.update(leaf_sealed);
        let mut head = [0; 32];
        head.copy_from_slice(context.finish().as_ref());
        Self { size, head }
    }
}

/// What kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ActorKind {
    /// A person who is logged in.
    User,
    /// Another municipality's node.
    Node,
    /// This node, of its own accord.
    System,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// What kind.
    pub kind: ActorKind,
    /// The username, the node's name, or the part of the system.
    pub name: String,
    /// Whose user or node it is.
    pub municipality: Kommunekode,
}

impl Actor {
    /// A person of this municipality.
    pub fn user(name: impl Into<String>, municipality: Kommunekode) -> Self {
        Self { kind: ActorKind::User, name: name.into(), municipality }
    }

    /// Another municipality's node.
    pub fn node(municipality: Kommunekode) -> Self {
        Self { kind: ActorKind::Node, name: format!("node of {municipality}"), municipality }
    }

    /// A part of this node, of its own accord.
    pub fn system(part: impl Into<String>, municipality: Kommunekode) -> Self {
        Self { kind: ActorKind::System, name: part.into(), municipality }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was refused, for the reason that this code names.
    Refused(String),
}

/// What a leaf says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Who.
    pub actor: Actor,
    /// Did what: a fixed name such as `plan.show`.
    pub action: String,
    /// To whose cases.
    pub cases: Vec<CaseId>,
    /// In which handover.
    pub transfer: Option<TransferId>,
    /// Why, or with what. Never text about a citizen.
    pub detail: String,
    /// What came of it.
    pub outcome: AuditOutcome,
}

impl AuditEntry {
    /// That it was done.
    pub fn done(actor: Actor, action: impl Into<String>, cases: Vec<CaseId>) -> Self {
        let (action, detail) = (action.into(), String::new());
        Self { actor, action, cases, transfer: None, detail, outcome: AuditOutcome::Done }
    }

    /// That it was refused, for the reason that this code names.
    pub fn refused(
        actor: Actor,
        action: impl Into<String>,
        cases: Vec<CaseId>,
        code: impl Into<String>,
    ) -> Self {
        Self { outcome: AuditOutcome::Refused(code.into()), ..Self::done(actor, action, cases) }
    }

    /// In this handover.
    #[must_use]
    pub fn of_transfer(self, transfer: TransferId) -> Self {
        Self { transfer: Some(transfer), ..self }
    }

    /// Why, or with what. Never text about a citizen.
    #[must_use]
    pub fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEntry")
            .field("action", &self.action)
            .field("cases", &self.cases.len())
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// One leaf of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLeaf {
    /// Its number, from 1.
    pub position: u64,
    /// When, by the node's clock.
    pub at: Timestamp,
    /// What it says.
    pub entry: AuditEntry,
}

/// The fields of a leaf, in the order in which they are written.
#[derive(Serialize, Deserialize)]
struct Fields {
    /// So that the sealed leaf can be given away or erased without anybody guessing it from its hash.
    salt: [u8; 16],
    at: i64,
    entry: AuditEntry,
}

/// A leaf ready for the log: sealed, but with no position yet.
#[derive(Debug, Clone)]
pub(crate) struct PreparedLeaf {
    pub(crate) sealed: Vec<u8>,
    pub(crate) cases: Vec<CaseId>,
    pub(crate) transfer: Option<TransferId>,
}

/// The position is bound by the chain, so that sealing need not wait for the writer.
const PLACE: Place<'static> = Place { table: "audit_leaves", column: "leaf_sealed", row: b"", version: 0 };

pub(crate) fn prepare(
    key: &SealingKey,
    entry: AuditEntry,
    at: Timestamp,
) -> Result<PreparedLeaf, StorageError> {
    let cases = entry.cases.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let transfer = entry.transfer;
    let fields = Fields { salt: random()?, at: at.as_millisecond(), entry };
    let bytes = postcard::to_extend(&fields, vec![FORMAT])
        .map_err(|_| StorageError::Malformed { table: "audit_leaves" })?;
    Ok(PreparedLeaf { sealed: key.seal(PLACE, &bytes)?, cases, transfer })
}

fn open(key: &SealingKey, position: u64, sealed: &[u8]) -> Result<AuditLeaf, Tampered> {
    let tampered = Tampered { table: PLACE.table, column: PLACE.column };
    let bytes = key.open(PLACE, sealed)?;
    let (&FORMAT, fields) = bytes.split_first().ok_or(tampered)? else { return Err(tampered) };
    let fields: Fields = postcard::from_bytes(fields).map_err(|_| tampered)?;
    let at = Timestamp::from_millisecond(fields.at).map_err(|_| tampered)?;
    Ok(AuditLeaf { position, at, entry: fields.entry })
}

/// Puts the handovers that the log's leaves name into the index. A leaf that does not open is passed over here: walking
/// the log finds it.
pub(crate) async fn index_handovers(
    connection: &mut SqliteConnection,
    key: &SealingKey,
) -> Result<(), StorageError> {
    let mut after = 0;
    loop {
        let page = audit_leaves::page(&mut *connection, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        let leaves = page.iter().filter_map(|row| open(key, row.position, &row.sealed).ok());
        let named: Vec<_> = leaves.filter_map(|leaf| Some((leaf.entry.transfer?, leaf.position))).collect();
        audit_leaves::index_transfers(connection, &named).await?;
    }
}

impl Vault {
    /// The log's length and head now.
    pub async fn audit_head(&self) -> Result<AuditHead, VaultError> {
        Ok(audit_leaves::head(&self.inner.readers).await?)
    }

    /// Whether the log on this disk had this head when it had this size: if not, the disk was restored from a copy,
    /// or rolled back (TRANSFER: restore).
    pub async fn audit_contains(&self, head: AuditHead) -> Result<bool, VaultError> {
        if head.size == 0 {
            return Ok(head == AuditHead::EMPTY);
        }
        Ok(audit_leaves::chain_at(&self.inner.readers, head.size).await? == Some(head.head))
    }

    /// Every leaf that names the case or a handover of it, oldest first: what the citizen may be given. What was done at
    /// the receiver before the plan arrived is among them. The look is a leaf itself, and the last one returned.
    pub async fn audit_of_case(&self, case: CaseId, look: Look) -> Result<Vec<AuditLeaf>, VaultError> {
        self.record_look(look, vec![case]).await?;
        let rows = audit_leaves::of_case(&self.inner.readers, case).await?;
        let key = self.inner.keys.node();
        Ok(rows.iter().map(|row| open(key, row.position, &row.sealed)).collect::<Result<_, _>>()?)
    }

    /// Walks the whole log: every leaf opens, the chain fits, and the index names the cases that the leaves name.
    pub async fn verify_audit(&self) -> Result<AuditHead, AuditBroken> {
        // Taken before reading: the log may grow meanwhile, and must not have shrunk.
        let expected = *self.inner.head.borrow();
        let mut head = AuditHead::EMPTY;
        loop {
            let page = audit_leaves::page(&self.inner.readers, head.size, PAGE).await?;
            let Some(last) = page.last() else { break };
            let mut transfers =
                audit_leaves::transfer_index(&self.inner.readers, head.size, last.position).await?;
            let mut index = audit_leaves::index(&self.inner.readers, head.size, last.position).await?;
            for row in &page {
                let position = head.size + 1;
                if row.position != position {
                    return Err(AuditBroken::Missing { position });
                }
                head = head.after(&row.sealed);
                if head.head != row.chain {
                    return Err(AuditBroken::Leaf { position });
                }
                let leaf = open(self.inner.keys.node(), position, &row.sealed)
                    .map_err(|_| AuditBroken::Leaf { position })?;
                let named: BTreeSet<CaseId> = leaf.entry.cases.into_iter().collect();
                if index.remove(&position).unwrap_or_default() != named
                    || transfers.remove(&position) != leaf.entry.transfer
                {
                    return Err(AuditBroken::Index { position });
                }
            }
        }
        if head.size < expected.size
            || audit_leaves::chain_at(&self.inner.readers, expected.size).await?.unwrap_or_default()
                != expected.head
        {
            return Err(AuditBroken::Head { found: head, expected });
        }
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        let actor =
            Actor { kind: ActorKind::User, name: "anna".to_owned(), municipality: "0270".parse().unwrap() };
        AuditEntry {
            actor,
            action: "plan.show".to_owned(),
            cases: vec![CaseId::from_bytes([7; 16])],
            transfer: None,
            detail: "follow-up".to_owned(),
            outcome: AuditOutcome::Refused("not-yours".to_owned()),
        }
    }

    #[test]
    fn a_leaf_opens_as_it_was_written() {
        let key = SealingKey::generate("0270".parse().unwrap()).unwrap();
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let prepared = prepare(&key, entry(), at).unwrap();
        let leaf = open(&key, 9, &prepared.sealed).unwrap();
        assert_eq!(leaf, AuditLeaf { position: 9, at, entry: entry() });
    }

    #[test]
    fn the_chain_depends_on_every_leaf_and_on_their_order() {
        let chain = |leaves: &[&[u8]]| leaves.iter().fold(AuditHead::EMPTY, |head, leaf| head.after(leaf));
        assert_eq!(chain(&[b"a", b"b"]).size, 2);
        assert_ne!(chain(&[b"a", b"b"]), chain(&[b"b", b"a"]));
        assert_ne!(chain(&[b"a", b"b"]), chain(&[b"ab"]));
    }

    #[test]
    fn debug_shows_neither_the_reason_nor_whose_case() {
        let shown = format!("{:?}", entry());
        assert!(
            !shown.contains("follow-up") && !shown.contains("anna") && !shown.contains("0707"),
            "{shown}"
        );
    }
}
