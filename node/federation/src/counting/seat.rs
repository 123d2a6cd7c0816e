//! This node's part of a computation while it runs: in memory alone. A node that is started again has gone away from it,
//! and the others go on without.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use enplan_domain::Kommunekode;
use enplan_domain::handover::Signature;
use enplan_proto::statistics::v1 as proto;
use enplan_registry::SigningKey;
use enplan_statistics::computation::{Computation, Standing};
use enplan_statistics::protocol::{Letter, Refused};
use enplan_statistics::release::EpochRelease;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tonic::Code;

use super::{ComputationId, CountingError, SystemRandomness};
use crate::peers::Peers;

/// How long whoever conducts waits for news before it is told how things stand.
const NEWS_WITHIN: Duration = Duration::from_secs(2);

/// How long one message may take to be taken in: its receiver may not have sat down yet, or lag a phase behind.
const DELIVERED_WITHIN: Duration = Duration::from_secs(10);

/// How long to wait before a message is sent again.
const SENT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// How this node's part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// It waits for these, by their places.
    Waiting(Vec<usize>),
    /// It has ended: what was computed, and this node's signature over it.
    Ended(Box<EpochRelease>, Signature),
    /// It can't go on with those that it was to go on with.
    Stopped(String),
}

/// This node's part.
pub(super) struct Seat {
    id: ComputationId,
    conductor: Kommunekode,
    participants: Vec<Kommunekode>,
    computation: Mutex<Computation>,
    news: watch::Sender<News>,
    sent: AtomicU64,
    peers: Peers,
    signer: Arc<SigningKey>,
}

impl Seat {
    pub(super) fn new(
        id: ComputationId,
        conductor: Kommunekode,
        computation: Computation,
        peers: Peers,
        signer: Arc<SigningKey>,
    ) -> Self {
        Self {
            id,
            conductor,
            participants: computation.terms().participants().to_vec(),
            computation: Mutex::new(computation),
            news: watch::Sender::new(News::Waiting(Vec::new())),
            sent: AtomicU64::new(0),
            peers,
            signer,
        }
    }

    pub(super) fn id(&self) -> ComputationId {
        self.id
    }

    /// Who began it, and alone says with whom it goes on: two who said different things could have a mask used twice.
    pub(super) fn conductor(&self) -> Kommunekode {
        self.conductor
    }

    pub(super) fn bytes_sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(super) fn phase_and_attempt(&self) -> (u16, u8) {
        self.lock().phase_and_attempt()
    }

    /// Takes a message in, and goes on. One of a phase that is too far ahead is to be sent again.
    pub(super) async fn receive(
        self: &Arc<Self>,
        from: Kommunekode,
        round: u32,
        content: Vec<u8>,
    ) -> Result<(), Refused> {
        let place = self.participants.iter().position(|participant| *participant == from);
        let place = place.ok_or(Refused::Sender(usize::MAX))?;
        let taken = Arc::new(OnceLock::new());
        let told = Arc::clone(&taken);
        self.change(move |computation| {
            // Set once, by the one call of this function.
            let _ = told.set(computation.receive(place, round, &content));
            Vec::new()
        })
        .await;
        let taken = taken.get().copied().unwrap_or(Err(Refused::Round));
        if let Err(refused) = taken {
            tracing::warn!(%from, %refused, "a message of a computation was refused");
        }
        taken
    }

    /// Begins a phase anew with these nodes, if it has not yet.
    pub(super) async fn restart(self: &Arc<Self>, phase: u16, attempt: u8, quorum: Vec<usize>) {
        self.change(move |computation| {
            if computation.phase_and_attempt().1 >= attempt {
                return Vec::new();
            }
            match computation.restart(phase, attempt, &quorum, &mut SystemRandomness) {
                Ok(letters) => letters,
                Err(error) => {
                    tracing::warn!(%error, "a phase of a computation was not begun anew");
                    Vec::new()
                }
            }
        })
        .await;
    }

    /// Sends the first messages, and goes on.
    pub(super) async fn begin(self: &Arc<Self>, letters: Vec<Letter>) {
        self.send(letters);
        self.change(|_| Vec::new()).await;
    }

    /// How it stands once it has ended or can't go on, or after some seconds.
    pub(super) async fn news(&self) -> News {
        let mut news = self.news.subscribe();
        let settled = news.wait_for(|news| !matches!(news, News::Waiting(_)));
        let settled = timeout(NEWS_WITHIN, settled).await.map(|news| news.map(|news| news.clone()));
        match settled {
            Ok(Ok(news)) => news,
            Ok(Err(_)) | Err(_) => self.news.borrow().clone(),
        }
    }

    /// Changes the computation, and takes it as far as it goes: on a thread for work, since it computes with thousands of
    /// numbers.
    async fn change(self: &Arc<Self>, change: impl FnOnce(&mut Computation) -> Vec<Letter> + Send + 'static) {
        let this = Arc::clone(self);
        let changed = tokio::task::spawn_blocking(move || {
            let mut computation = this.lock();
            let mut letters = change(&mut computation);
            let news = match computation.go_on(&mut SystemRandomness) {
                Ok((more, standing)) => {
                    letters.extend(more);
                    match standing {
                        Standing::Waiting(missing) => News::Waiting(missing),
                        Standing::Ended(release) => {
                            let signature = this.signer.sign(&release.signed_bytes());
                            News::Ended(release, signature)
                        }
                    }
                }
                Err(aborted) => News::Stopped(aborted.to_string()),
            };
            // Still under the lock: news are told in the order in which they came to be.
            this.news.send_replace(news);
            letters
        });
        match changed.await {
            Ok(letters) => self.send(letters),
            Err(error) => {
                tracing::error!(%error, "a computation failed inside the node");
                self.news.send_replace(News::Stopped(CountingError::Uncountable.code().to_owned()));
            }
        }
    }

    /// Sends each message, side by side. One that does not arrive makes its receiver wait, and whoever conducts goes on without.
    fn send(self: &Arc<Self>, letters: Vec<Letter>) {
        for Letter { to, round, bytes } in letters {
            let Some(to) = self.participants.get(to).copied() else { continue };
            let this = Arc::clone(self);
            self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            tokio::spawn(async move {
                let request = proto::DeliverRequest { computation: this.id.to_vec(), round, content: bytes };
                if timeout(DELIVERED_WITHIN, this.deliver(to, request)).await.is_err() {
                    tracing::debug!(%to, "a message was not taken in within time");
                }
            });
        }
    }

    /// Sends a message until it is taken in, or refused for good.
    async fn deliver(&self, to: Kommunekode, request: proto::DeliverRequest) {
        let Ok(mut peer) = self.peers.statistics(to) else { return };
        loop {
            match peer.deliver(request.clone()).await {
                Ok(_) => return,
                Err(status) if matches!(status.code(), Code::NotFound | Code::Unavailable) => {
                    sleep(SENT_AGAIN_AFTER).await;
                }
                Err(status) => {
                    tracing::warn!(%to, code = %status.code(), "a message was refused");
                    return;
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Computation> {
        self.computation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
