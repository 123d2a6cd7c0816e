//! How a node goes on when what it waits for has come: from the shares to the outcome.

use super::check::{coin, commitment, judge, statement};
use super::dealing::{Held, parts};
use super::gate::Gate;
use super::letter::{Letter, Round, read};
use super::opening::opened;
use super::party::{Known, Party, Work};
use super::phase::{Phase, Task};
use super::progress::{Aborted, Outcome, Progress};
use super::setup::Digest;
use crate::Randomness;
use crate::sharing::{Draws, Element, Recombination, decode, encode, signed, small};

/// The phase of the gate on every cell and table; those of sums come after it.
const FIRST_GATE: u16 = 2;

/// What the others said in a step, in their order.
type Said = Vec<Vec<u8>>;

impl Party {
    /// Goes on, if all that it waits for has come.
    pub fn advance(&mut self, randomness: &mut dyn Randomness) -> Result<Progress, Aborted> {
        let mut draws = Draws::from(randomness);
        loop {
            let Some((step, nodes)) = self.awaited() else { return Ok(self.asks()) };
            let round = self.round(step);
            let mut missing = nodes.clone();
            missing.retain(|node| self.mail.get(round, *node).is_none());
            if !missing.is_empty() {
                return Ok(Progress::Waiting(missing));
            }
            let said = self.said(round, &nodes)?;
            let letters = self.go_on(&said, &mut draws)?;
            self.mail.keep_only(|of, _, _| of != round);
            if !letters.is_empty() {
                return Ok(Progress::Send(letters));
            }
        }
    }

    /// The step whose messages it waits for, and whose they are; nothing when it waits for its caller.
    fn awaited(&self) -> Option<(u8, Vec<usize>)> {
        let last = self.here().last_step();
        let everybody = || (0..self.setup.dealers).collect();
        Some(match &self.work {
            Work::Shared => (0, everybody()),
            Work::Committed(_) => (0, self.computing()),
            Work::Revealed(_) => (1, self.computing()),
            Work::Stated => (2, self.computing()),
            Work::Masked => (0, self.multiplying()),
            Work::Multiplied(step, _) => (*step, self.multiplying()),
            Work::Answered | Work::Opened | Work::Echoed => (last, self.computing()),
            Work::Voted => (0, self.quorum.clone()),
            Work::Gated(_) | Work::Candidate | Work::Done => return None,
        })
    }

    /// What it asks of its caller.
    fn asks(&self) -> Progress {
        let Known { passed, unchanged, opened, wrong, vetoed } = &self.known;
        match &self.work {
            Work::Gated(answers) if self.phase() > FIRST_GATE => Progress::Sums(answers.clone()),
            Work::Gated(_) => Progress::Cells { passed: passed.clone(), unchanged: unchanged.clone() },
            Work::Candidate => Progress::Candidate(opened.clone()),
            _ => Progress::Done(Outcome {
                unchanged: unchanged.clone(),
                vetoed: vetoed.clone(),
                opened: opened.clone(),
                wrong: wrong.clone(),
            }),
        }
    }

    /// What these nodes said in a round, if they take the same for agreed as this node does.
    fn said(&self, round: Round, nodes: &[usize]) -> Result<Said, Aborted> {
        let agreed = self.agreed(round);
        let mut said = Vec::with_capacity(nodes.len());
        for node in nodes {
            let bytes = self.mail.get(round, *node).unwrap_or_default();
            match read(&self.setup.run, bytes) {
                Ok((theirs, content)) if theirs == agreed => said.push(content.to_vec()),
                _ => return Err(Aborted::Disagreement { with: *node }),
            }
        }
        Ok(said)
    }

    /// Goes on with what all that it waited for have said; where it cannot, everything stays as it was.
    fn go_on(&mut self, said: &Said, draws: &mut Draws<'_>) -> Result<Vec<Letter>, Aborted> {
        match &mut self.work {
            Work::Shared => Ok(self.shared(said, draws)),
            Work::Committed(value) => {
                let value = value.to_vec();
                self.work = Work::Revealed(said.clone());
                Ok(self.post(1, self.setup.computers, |_| value.clone()))
            }
            Work::Revealed(commitments) => {
                let commitments = commitments.clone();
                self.revealed(&commitments, said)
            }
            Work::Stated => {
                judge(&self.setup, &self.computing(), &elements(said)?)?;
                Ok(self.enter(Task::Gate(self.first_question()), &[], draws))
            }
            Work::Masked => {
                let masks = sums(&elements(said)?);
                let Task::Gate(question) = &self.here().task else { return Ok(Vec::new()) };
                self.work = Work::Multiplied(1, Gate::start(&self.setup, question, &self.held, masks));
                Ok(self.multiply(draws))
            }
            Work::Multiplied(step, gate) => {
                let products = sums(&elements(said)?);
                if let Some(Phase { task: Task::Gate(question), .. }) = self.phases.last() {
                    gate.go_on(&self.setup, question, &self.held, &products);
                    *step += 1;
                }
                Ok(self.multiply(draws))
            }
            Work::Answered => self.answered(&elements(said)?),
            Work::Opened => self.opened(&elements(said)?),
            Work::Voted => {
                let vetoed = either(said);
                self.work = Work::Echoed;
                Ok(self.post(1, self.setup.dealers, |_| vetoed.clone()))
            }
            Work::Echoed => {
                self.known.vetoed = either(said).iter().map(|vote| *vote > 0).collect();
                self.work = Work::Done;
                Ok(Vec::new())
            }
            Work::Gated(_) | Work::Candidate | Work::Done => Ok(Vec::new()),
        }
    }

    /// Everybody's shares have come.
    fn shared(&mut self, said: &Said, draws: &mut Draws<'_>) -> Vec<Letter> {
        let mut digest = Digest::of("hashes");
        for content in said {
            let (hashes, shares) = parts(&self.setup, content).unwrap_or_default();
            digest.bytes(hashes);
            if self.computes() {
                self.held.extend(Held::read(shares));
            }
        }
        self.enter(Task::Check, &digest.done(), draws)
    }

    /// The values that were committed to have come.
    fn revealed(&mut self, commitments: &Said, values: &Said) -> Result<Vec<Letter>, Aborted> {
        for ((node, committed), value) in self.computing().into_iter().zip(commitments).zip(values) {
            if commitment(&self.setup, node, self.attempt, value).as_slice() != committed {
                return Err(Aborted::Coin { node });
            }
        }
        let coin = coin(&self.setup, values.iter().map(Vec::as_slice));
        let statement = encoded(&statement(&self.held, coin, self.attempt));
        self.work = Work::Stated;
        Ok(self.post(2, self.setup.computers, |_| statement.clone()))
    }

    /// Shares the next products anew, or tells everybody its shares of the answers.
    fn multiply(&mut self, draws: &mut Draws<'_>) -> Vec<Letter> {
        let Work::Multiplied(step, gate) = &self.work else { return Vec::new() };
        let step = *step;
        let Some(mut products) = gate.next() else {
            let answers = encoded(gate.answers());
            self.work = Work::Answered;
            return self.post(step, self.setup.dealers, |_| answers.clone());
        };
        let multiplying = self.multiplying();
        let weights = Recombination::of(&multiplying, 2 * self.setup.tolerance());
        let place = multiplying.iter().position(|node| *node == self.me);
        let Some((weights, place)) = weights.zip(place) else { return Vec::new() };
        let weight = weights.at_zero()[place];
        for product in &mut products {
            *product *= weight;
        }
        self.post_shares(step, &products, draws)
    }

    fn answered(&mut self, shares: &[Vec<Element>]) -> Result<Vec<Letter>, Aborted> {
        let answers = opened(&self.computing(), self.setup.tolerance(), shares)?.values;
        let answers: Vec<bool> = answers.iter().map(|answer| *answer != small(0)).collect();
        if self.phase() == FIRST_GATE {
            let mut passed = vec![false; self.setup.cells];
            self.possible.iter().zip(&answers).for_each(|(cell, answer)| passed[cell.0] = *answer);
            let mut changes = answers[self.possible.len()..].iter();
            let unchanged = |compared: bool| compared && !changes.next().copied().unwrap_or(false);
            self.known.unchanged =
                self.setup.tables.iter().map(|table| table.compared).map(unchanged).collect();
            self.known.passed = passed;
        }
        self.work = Work::Gated(answers);
        Ok(Vec::new())
    }

    fn opened(&mut self, shares: &[Vec<Element>]) -> Result<Vec<Letter>, Aborted> {
        let found = opened(&self.computing(), self.setup.tolerance(), shares)?;
        let Task::Open(cells) = &self.here().task else { return Ok(Vec::new()) };
        let values =
            found.values.iter().map(|value| i32::try_from(signed(*value)).map_err(|_| Aborted::Unreadable));
        let values: Vec<i32> = values.collect::<Result<_, _>>()?;
        self.known.opened = cells.iter().copied().zip(values).collect();
        self.known.wrong = found.wrong.into_iter().collect();
        self.work = Work::Candidate;
        Ok(Vec::new())
    }
}

pub(super) fn encoded(elements: &[Element]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(elements, &mut bytes);
    bytes
}

fn elements(said: &Said) -> Result<Vec<Vec<Element>>, Aborted> {
    said.iter().map(|content| decode(content).ok_or(Aborted::Unreadable)).collect()
}

/// The sum of what the nodes said, element by element.
fn sums(said: &[Vec<Element>]) -> Vec<Element> {
    let Some((first, others)) = said.split_first() else { return Vec::new() };
    let mut sums = first.clone();
    for other in others {
        sums.iter_mut().zip(other).for_each(|(sum, element)| *sum += *element);
    }
    sums
}

/// For each table, whether any of the nodes said so.
fn either(said: &Said) -> Vec<u8> {
    let mut any = vec![0; said.first().map_or(0, Vec::len)];
    for votes in said {
        any.iter_mut().zip(votes).for_each(|(any, vote)| *any |= *vote);
    }
    any
}
