//! Messages that have come, until their round does.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};

use super::letter::{Refused, Round};

/// What one node has heard, in this round and those to come. Messages come in any order and more than once.
#[derive(Default)]
pub(super) struct Mailbox {
    kept: BTreeMap<(Round, usize), Vec<u8>>,
    /// A digest of each message that was ever kept, so that whoever says two things in one round is found out.
    heard: BTreeMap<(Round, usize), [u8; 32]>,
}

impl Mailbox {
    /// Keeps a message, if there is room: a node may not have more than this many bytes kept for the rounds to come.
    pub(super) fn put(
        &mut self,
        round: Round,
        from: usize,
        bytes: &[u8],
        room: usize,
    ) -> Result<(), Refused> {
        if self.is_repeated(round, from, bytes)? {
            return Ok(());
        }
        let kept: usize =
            self.kept.iter().filter(|((_, of), _)| *of == from).map(|(_, bytes)| bytes.len()).sum();
        if kept + bytes.len() > room {
            return Err(Refused::TooMuch(from));
        }
        self.heard.insert((round, from), hash(bytes));
        self.kept.insert((round, from), bytes.to_vec());
        Ok(())
    }

    /// Whether the node has said the same in that round before.
    pub(super) fn is_repeated(&self, round: Round, from: usize, bytes: &[u8]) -> Result<bool, Refused> {
        match self.heard.get(&(round, from)) {
            Some(heard) if *heard == hash(bytes) => Ok(true),
            Some(_) => Err(Refused::Equivocates(from)),
            None => Ok(false),
        }
    }

    /// What a node said in a round.
    pub(super) fn get(&self, round: Round, from: usize) -> Option<&[u8]> {
        self.kept.get(&(round, from)).map(Vec::as_slice)
    }

    /// Keeps what a node says to itself.
    pub(super) fn keep(&mut self, round: Round, node: usize, bytes: Vec<u8>) {
        self.kept.insert((round, node), bytes);
    }

    /// Forgets messages that are not wanted: as if they had not come.
    pub(super) fn keep_only(&mut self, mut wanted: impl FnMut(Round, usize, &[u8]) -> bool) {
        self.kept.retain(|(round, from), bytes| wanted(*round, *from, bytes));
    }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}
