//! How many single-event writes, and how many audited looks, a vault makes a second: `cargo run --release -p enplan-vault
//! --example throughput -- 64` with so many callers at once. Compare with what the disk's fsync gives in the same minute.

use std::sync::Arc;
use std::time::{Duration, Instant};

use enplan_domain::{CaseHandle, CaseId, Clock, Epoch, Timestamp};
use enplan_vault::{
    Actor, ActorKind, AuditEntry, CaseFilter, CaseWrite, Expected, Hold, KeyEncryptionKey, Look, Under,
    Vault, VaultOptions, Write,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const LASTING: Duration = Duration::from_secs(3);
const CASES: u8 = 200;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

fn write(actor: &Actor, n: u8, expected: Expected) -> Result<Write, Failure> {
    let case = CaseWrite {
        case: CaseId::from_bytes([n; 16]),
        expected,
        under: Under::Caseworker,
        handle: CaseHandle::from_bytes([n; 16]),
        epoch: Epoch::FIRST,
        hold: Hold::Active,
        cpr: format!("610190{n:04}").parse()?,
        former_numbers: Vec::new(),
        unit: None,
        caseworker: None,
        summary: vec![0; 200],
        events: vec![vec![0; 2_000]],
        snapshot: None,
    };
    let audit = AuditEntry::done(actor.clone(), "plan.edit", vec![case.case]);
    Ok(Write { case: Some(case), ..Write::of(audit) })
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let callers: u8 = std::env::args().nth(1).map_or(Ok(64), |callers| callers.parse())?;
    let dir = tempfile::tempdir()?;
    let municipality = "0270".parse()?;
    let vault = Vault::open(VaultOptions {
        dir: dir.path().to_owned(),
        municipality,
        key_encryption_key: KeyEncryptionKey::generate()?,
        clock: Arc::new(StoppedClock),
    })
    .await?;
    let actor = Actor { kind: ActorKind::User, name: "anna".to_owned(), municipality };
    for n in 0..CASES {
        vault.write(write(&actor, n, Expected::New)?).await?;
    }

    let writes = at_once(callers, &vault, &actor, |vault, actor, n, turn| async move {
        vault.write(write(&actor, n, Expected::Version(turn))?).await?;
        Ok(())
    });
    let writes = writes.await?;
    let looks = at_once(callers, &vault, &actor, |vault, actor, n, _| async move {
        let look = Look { actor, action: "plan.show".to_owned(), purpose: String::new() };
        // Of those that were not written to: a case with one event.
        vault.look(CaseId::from_bytes([CASES - 1 - n % 50; 16]), look).await?;
        Ok(())
    });
    let looks = looks.await?;
    let begin = Instant::now();
    let look = Look { actor, action: "plan.list".to_owned(), purpose: String::new() };
    let listed = vault.list(CaseFilter::default(), look).await?.len();
    report(&format!(
        "{callers} callers: {writes:.0} writes/s, {looks:.0} looks/s; a list of {listed} in {:?}",
        begin.elapsed()
    ));
    Ok(())
}

/// How often a second so many callers do something, each one after the other.
async fn at_once<F>(
    callers: u8,
    vault: &Vault,
    actor: &Actor,
    turn: impl Fn(Vault, Actor, u8, u64) -> F + Copy + Send + 'static,
) -> Result<f64, Failure>
where
    F: Future<Output = Result<(), Failure>> + Send,
{
    let mut tasks = tokio::task::JoinSet::new();
    let begin = Instant::now();
    for n in 0..callers {
        let (vault, actor) = (vault.clone(), actor.clone());
        tasks.spawn(async move {
            let mut done = 0_u32;
            while begin.elapsed() < LASTING {
                turn(vault.clone(), actor.clone(), n, u64::from(done) + 1).await?;
                done += 1;
            }
            Ok::<_, Failure>(done)
        });
    }
    let mut all = 0;
    while let Some(done) = tasks.join_next().await {
        all += done??;
    }
    Ok(f64::from(all) / begin.elapsed().as_secs_f64())
}

#[expect(clippy::print_stdout, reason = "the result is what this program is for")]
fn report(line: &str) {
    println!("{line}");
}
