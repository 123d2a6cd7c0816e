//! Leading the counting of one epoch: everybody freezes, the registry fixes who takes part, everybody computes, and what
//! was computed goes into the registry under the signatures of those who computed it.
//!
//! Whoever conducts decides when, and with whom a phase is begun anew when a node has gone away. What is computed, and with
//! whose counts, it can't decide: that stands in the registry.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use enplan_domain::Kommunekode;
use enplan_domain::handover::Signature;
use enplan_proto::statistics::v1 as proto;
use enplan_statistics::Epoch;
use enplan_statistics::computation::Terms;
use enplan_statistics::ledger::{Command, fewest_computing};
use enplan_statistics::release::EpochRelease;
use futures::future::join_all;
use tokio::time::timeout;

use super::{ComputationId, Counting, CountingError, Inner};

/// How long a node may take to count its citizens.
const FROZEN_WITHIN: Duration = Duration::from_mins(1);

/// How long a node may take to sit down, and to say how things stand.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);

/// How long a computation may take in all.
const ENDED_WITHIN: Duration = Duration::from_mins(5);

/// How many times a phase is begun anew: as often as nodes may go away, and some found out.
const MOST_ATTEMPTS: u8 = 4;

/// An epoch that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The epoch.
    pub epoch: Epoch,
    /// How many attempts it took.
    pub attempts: u32,
    /// How long it took from the first message to the registry's answer.
    pub took: Duration,
    /// How many bytes all nodes sent to each other for it.
    pub bytes_sent: u64,
}

/// How a node says that it stands.
struct Answer {
    state: proto::ComputationState,
    missing: BTreeSet<usize>,
    stopped_because: String,
    result: Option<(EpochRelease, Signature)>,
    phase: u16,
    bytes_sent: u64,
}

impl Counting {
    /// Counts an epoch with the other nodes, and releases what may be known.
    pub async fn run_epoch(&self, epoch: Epoch) -> Result<Counted, CountingError> {
        let inner = &self.inner;
        let _lock = inner.conducting.try_lock().map_err(|_| CountingError::UnderWay)?;
        if !epoch.has_ended(inner.node.clock.now()) {
            return Err(CountingError::NotEnded(epoch));
        }
        inner.node.registry.confirm().await?;
        let ledger = inner.node.registry.statistics().await;
        let record = ledger.epoch(epoch);
        if record.is_some_and(|record| record.release.is_some()) {
            return Err(CountingError::Released(epoch));
        }
        if record.is_none_or(|record| record.participants.is_empty()) {
            inner.freeze_everybody(epoch).await?;
            inner.node.registry.propose_statistics(Command::Start { epoch }).await??;
        }
        let begun = Instant::now();
        let (release, signatures, attempts, bytes_sent) = inner.conduct(epoch).await?;
        let release = Command::Release { release: Box::new(release), signatures };
        inner.node.registry.propose_statistics(release).await??;
        // So that whoever set it going reads it on this very node.
        inner.node.registry.confirm().await?;
        Ok(Counted { epoch, attempts, took: begun.elapsed(), bytes_sent })
    }
}

impl Inner {
    /// Lets every member freeze its counts. Who can't be reached is left out, if enough are left: the registry says.
    async fn freeze_everybody(&self, epoch: Epoch) -> Result<(), CountingError> {
        let others = self.node.registry.members().iter().map(|member| member.municipality);
        let others = others.filter(|other| *other != self.node.me).map(async |other| {
            let request = proto::FreezeCountsRequest { epoch: epoch.to_string() };
            let Ok(mut peer) = self.node.peers.statistics(other) else { return };
            match timeout(FROZEN_WITHIN, peer.freeze_counts(request)).await {
                Ok(Ok(_)) => {}
                Ok(Err(status)) => {
                    tracing::warn!(%other, code = %status.code(), why = status.message(), "no counts");
                }
                Err(_) => tracing::warn!(%other, "no counts within time"),
            }
        });
        let (own, _) = tokio::join!(self.freeze(epoch), join_all(others));
        own
    }

    /// Lets the participants compute, and brings together what those who compute have signed.
    async fn conduct(
        &self,
        epoch: Epoch,
    ) -> Result<(EpochRelease, BTreeMap<Kommunekode, Signature>, u32, u64), CountingError> {
        let mut id: ComputationId = [0; 16];
        enplan_statistics::Randomness::fill(&mut super::SystemRandomness, &mut id);
        self.node.registry.confirm().await?;
        let terms = Terms::of(&self.node.registry.statistics().await, epoch, &id)?;
        let participants = terms.participants();
        let needed = fewest_computing(terms.computing().len());
        self.seat_everybody(epoch, id, participants).await?;

        let mut left: BTreeSet<usize> = (0..participants.len()).collect();
        let (mut attempt, mut phase) = (0_u8, 0);
        let until = Instant::now() + ENDED_WITHIN;
        while Instant::now() < until {
            let answers = self.ask(id, participants, &left, phase, attempt).await;
            let gone: BTreeSet<usize> =
                left.iter().filter(|place| !answers.contains_key(place)).copied().collect();
            let results =
                answers.iter().filter_map(|(place, answer)| Some((*place, answer.result.as_ref()?)));
            let results: BTreeMap<_, _> = results.collect();
            if let Some(signed) = agreed(&results, terms.computing().len(), needed) {
                let signatures =
                    signed.1.into_iter().map(|(place, signature)| (participants[place], signature));
                let bytes = answers.values().map(|answer| answer.bytes_sent).sum();
                return Ok((signed.0, signatures.collect(), u32::from(attempt) + 1, bytes));
            }
            let stopped = answers.iter().find(|(_, answer)| answer.state == proto::ComputationState::Stopped);
            if let Some((place, answer)) = stopped {
                return Err(CountingError::Stopped {
                    at: participants[*place],
                    why: answer.stopped_because.clone(),
                });
            }
            // Somebody is waited for and does not answer: without them, if they have shared.
            let waited_for: BTreeSet<usize> =
                answers.values().flat_map(|answer| &answer.missing).copied().collect();
            let gone: BTreeSet<usize> = gone.intersection(&waited_for).copied().collect();
            if gone.is_empty() {
                continue;
            }
            let names = || gone.iter().map(|place| participants[*place]).collect();
            phase = answers.values().map(|answer| answer.phase).min().unwrap_or_default();
            left.retain(|place| !gone.contains(place));
            let computing = left.iter().filter(|place| **place < terms.computing().len()).count();
            if phase == 0 || computing < needed || attempt == MOST_ATTEMPTS {
                return Err(CountingError::Away(names()));
            }
            attempt += 1;
            tracing::info!(epoch = %epoch, attempt, "a computation goes on without nodes that have gone away");
        }
        Err(CountingError::Slow)
    }

    /// Everybody sits down: without one participant's shares nothing can be computed.
    async fn seat_everybody(
        &self,
        epoch: Epoch,
        id: ComputationId,
        participants: &[Kommunekode],
    ) -> Result<(), CountingError> {
        let seated = join_all(participants.iter().map(async |participant| {
            if *participant == self.node.me {
                return self.sit_down(self.node.me, epoch, id).await;
            }
            let request =
                proto::BeginComputationRequest { epoch: epoch.to_string(), computation: id.to_vec() };
            let mut peer = self
                .node
                .peers
                .statistics(*participant)
                .map_err(|_| CountingError::Away(vec![*participant]))?;
            match timeout(ANSWERED_WITHIN, peer.begin_computation(request)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(status)) if status.code() == tonic::Code::FailedPrecondition => {
                    Err(CountingError::Stopped { at: *participant, why: status.message().to_owned() })
                }
                Ok(Err(_)) | Err(_) => Err(CountingError::Away(vec![*participant])),
            }
        }))
        .await;
        let mut away = Vec::new();
        for seated in seated {
            match seated {
                Ok(()) => {}
                Err(CountingError::Away(who)) => away.extend(who),
                Err(error) => return Err(error),
            }
        }
        if away.is_empty() { Ok(()) } else { Err(CountingError::Away(away)) }
    }

    /// How it stands with each that is left. Who does not answer is not in it.
    async fn ask(
        &self,
        id: ComputationId,
        participants: &[Kommunekode],
        left: &BTreeSet<usize>,
        phase: u16,
        attempt: u8,
    ) -> BTreeMap<usize, Answer> {
        let quorum: Vec<u32> = left.iter().filter_map(|place| u32::try_from(*place).ok()).collect();
        let answers = join_all(left.iter().map(async |place| {
            let request = proto::ProceedRequest {
                computation: id.to_vec(),
                quorum: quorum.clone(),
                phase: phase.into(),
                attempt: attempt.into(),
            };
            let asked = async {
                if participants[*place] == self.node.me {
                    return self.proceed(self.node.me, request).await.ok();
                }
                let mut peer = self.node.peers.statistics(participants[*place]).ok()?;
                Some(peer.proceed(request).await.ok()?.into_inner())
            };
            let answer = timeout(ANSWERED_WITHIN, asked).await.ok().flatten()?;
            Some((*place, Answer::try_from(answer).ok()?))
        }))
        .await;
        answers.into_iter().flatten().collect()
    }
}

/// What enough of those who compute have signed alike.
fn agreed(
    results: &BTreeMap<usize, &(EpochRelease, Signature)>,
    computing: usize,
    needed: usize,
) -> Option<(EpochRelease, BTreeMap<usize, Signature>)> {
    results.values().find_map(|(release, _)| {
        let same = results.iter().filter(|(place, (other, _))| **place < computing && other == release);
        let signed: BTreeMap<usize, Signature> =
            same.map(|(place, (_, signature))| (*place, signature.clone())).collect();
        (signed.len() >= needed).then(|| (release.clone(), signed))
    })
}

/// What a node said is no answer.
struct NotAnAnswer;

impl TryFrom<proto::ProceedResponse> for Answer {
    type Error = NotAnAnswer;

    fn try_from(response: proto::ProceedResponse) -> Result<Self, Self::Error> {
        let state = response.state();
        let result = if state == proto::ComputationState::Ended {
            let release = EpochRelease::from_bytes(&response.release).map_err(|_| NotAnAnswer)?;
            Some((release, Signature(response.signature)))
        } else {
            None
        };
        let missing =
            response.missing.into_iter().map(|place| usize::try_from(place).map_err(|_| NotAnAnswer));
        Ok(Self {
            state,
            missing: missing.collect::<Result<_, _>>()?,
            stopped_because: response.stopped_because,
            result,
            phase: u16::try_from(response.phase).map_err(|_| NotAnAnswer)?,
            bytes_sent: response.bytes_sent,
        })
    }
}
