//! The one writer: it takes every write that is waiting, makes them in one transaction, and answers them all after one
//! fsync. While it waits for the disk, the next batch gathers.

use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::admission::Admission;
use crate::audit::AuditHead;
use crate::batch::Batch;
use crate::error::{StorageError, WriteError};
use crate::failure::{Kind, classify};
use crate::open::DirectoryLock;
use crate::prepare::PreparedWrite;
use crate::write::Written;

/// The most writes in one transaction: one statement of the largest size.
const BATCH: usize = 128;
const QUEUE: usize = 1_024;

type Answer = oneshot::Sender<Result<Written, WriteError>>;

enum Job {
    Write(Box<PreparedWrite>, Answer),
    Limit { pages: u32, answer: oneshot::Sender<Result<(), StorageError>> },
    Close { answer: oneshot::Sender<()> },
}

/// The way to the writer.
pub(crate) struct WriteQueue {
    jobs: mpsc::Sender<Job>,
}

impl WriteQueue {
    /// Waits its turn, and answers when the write is durable or refused.
    pub(crate) async fn submit(&self, write: PreparedWrite) -> Result<Written, WriteError> {
        let (answer, answered) = oneshot::channel();
        let closed = || WriteError::Storage(StorageError::Closed);
        self.jobs.send(Job::Write(Box::new(write), answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Refuses to let the database grow beyond this many pages.
    pub(crate) async fn limit(&self, pages: u32) -> Result<(), StorageError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Limit { pages, answer }).await.map_err(|_| StorageError::Closed)?;
        answered.await.map_err(|_| StorageError::Closed)?
    }

    /// Makes what is queued before it, then lets go of the files. Closed already: nothing happens.
    pub(crate) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send(Job::Close { answer }).await.is_ok() {
            // An error means that the writer is gone already.
            let _ = answered.await;
        }
    }
}

/// The task that owns the connection that writes, and the lock on the directory.
pub(crate) struct Writer {
    connection: SqliteConnection,
    lock: DirectoryLock,
    head: AuditHead,
    published: watch::Sender<AuditHead>,
    quarantined: bool,
    stopped: bool,
}

impl Writer {
    pub(crate) fn start(
        connection: SqliteConnection,
        lock: DirectoryLock,
        head: AuditHead,
        quarantined: bool,
        published: watch::Sender<AuditHead>,
    ) -> WriteQueue {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let writer = Self { connection, lock, head, published, quarantined, stopped: false };
        tokio::spawn(writer.run(waiting));
        WriteQueue { jobs }
    }

    async fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut jobs, BATCH).await > 0 {
            let mut writes = Vec::with_capacity(jobs.len());
            let mut close = None;
            for job in jobs.drain(..) {
                match job {
                    Job::Write(write, answer) => writes.push((write, answer)),
                    Job::Limit { pages, answer } => drop(answer.send(self.limit(pages).await)),
                    Job::Close { answer } => close = Some(answer),
                }
            }
            if !writes.is_empty() {
                self.make_all(writes).await;
            }
            if let Some(answer) = close {
                let Self { connection, lock, .. } = self;
                if let Err(error) = sqlx::Connection::close(connection).await {
                    tracing::warn!(error = %error, "the vault's database did not close cleanly");
                }
                // Before the answer: who is told that the directory is let go may open it at once.
                drop(lock);
                let _ = answer.send(());
                return;
            }
        }
    }

    /// Makes the writes together; if that fails, each alone, so that a bad one does not fail its neighbours.
    async fn make_all(&mut self, writes: Vec<(Box<PreparedWrite>, Answer)>) {
        let all: Vec<&PreparedWrite> = writes.iter().map(|(write, _)| &**write).collect();
        match self.make(&all).await {
            Ok(outcomes) => {
                for ((_, answer), outcome) in writes.into_iter().zip(outcomes) {
                    // An error means that the caller no longer waits.
                    let _ = answer.send(outcome);
                }
            }
            Err(error) if writes.len() == 1 => {
                if let Some((_, answer)) = writes.into_iter().next() {
                    let _ = answer.send(Err(error.into()));
                }
            }
            Err(_) => {
                for (write, answer) in writes {
                    let outcome = match self.make(&[&write]).await {
                        Ok(mut outcomes) => outcomes.pop().unwrap_or(Err(StorageError::Closed.into())),
                        Err(error) => Err(error.into()),
                    };
                    let _ = answer.send(outcome);
                }
            }
        }
    }

    /// One transaction, or nothing. After a failure of the disk: nothing ever again.
    async fn make(
        &mut self,
        writes: &[&PreparedWrite],
    ) -> Result<Vec<Result<Written, WriteError>>, StorageError> {
        if self.stopped {
            return Err(StorageError::Stopped);
        }
        match self.transact(writes).await {
            Ok(outcomes) => Ok(outcomes),
            Err(error) => {
                if let StorageError::Database(cause) = &error
                    && classify(cause) == Kind::Fatal
                {
                    self.stopped = true;
                    tracing::error!(error = %cause, "the vault's storage failed; the vault stops");
                    return Err(StorageError::Stopped);
                }
                self.roll_back().await;
                Err(error)
            }
        }
    }

    async fn transact(
        &mut self,
        writes: &[&PreparedWrite],
    ) -> Result<Vec<Result<Written, WriteError>>, StorageError> {
        // Takes the write lock at once: a transaction that first reads would find it taken and could not wait.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        let mut admission =
            Admission::load(&mut self.connection, writes, self.head, self.quarantined).await?;
        let mut batch = Batch::default();
        let mut outcomes = Vec::with_capacity(writes.len());
        for write in writes {
            let outcome = admission.admit(write);
            if let Ok(written) = &outcome {
                batch.add(write, written.audit);
            }
            outcomes.push(outcome);
        }
        if batch.is_empty() {
            self.roll_back().await;
            return Ok(outcomes);
        }
        batch.insert(&mut self.connection).await?;
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        self.head = admission.head;
        self.quarantined = admission.quarantined;
        self.published.send_replace(self.head);
        Ok(outcomes)
    }

    /// Some failures have rolled back already, and then this one fails too: the next `BEGIN` shows how it stands.
    async fn roll_back(&mut self) {
        if let Err(error) = sqlx::query("ROLLBACK").execute(&mut self.connection).await {
            tracing::debug!(error = %error, "nothing was left to roll back");
        }
    }

    async fn limit(&mut self, pages: u32) -> Result<(), StorageError> {
        // A pragma takes no parameters; a number cannot be anything else.
        let statement = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(statement).persistent(false).fetch_one(&mut self.connection).await?;
        Ok(())
    }
}
