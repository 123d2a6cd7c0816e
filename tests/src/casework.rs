//! Citizens who do not exist, and the everyday steps of handing their plans over.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Instant, SystemTime};

use serde_json::Value;

use crate::patience::{LONG, eventually};
use crate::person::{Answer, Person};

/// Hillerød, to whom most plans in these tests are handed over.
pub const HILLEROED: &str = "Hillerød";
/// The last day of every consent that is not about to run out.
pub const FAR_AWAY: &str = "2099-12-31";

/// The phases of a handover that goes through, in order.
const SOURCE_PHASES: [&str; 6] = ["offering", "offered", "frozen", "committing", "pending", "handed-over"];
const DESTINATION_PHASES: [&str; 6] = ["previewed", "accepted", "staged", "opening", "imported", "active"];

/// A citizen who does not exist: a replacement number (day + 60), and a name that says so.
#[derive(Debug, Clone)]
pub struct Citizen {
    /// The CPR number.
    pub cpr: String,
    /// The name.
    pub name: String,
}

impl Citizen {
    /// Somebody whom no other test of this process knows.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // The demo's own citizens have numbers that end in less than 1000.
        let (day, month, year) = (61 + number % 28, 1 + number / 28 % 12, 50 + number / 336 % 49);
        let cpr = format!("{day:02}{month:02}{year:02}3{number:03}");
        Self { cpr, name: format!("TESTDATA Borger {number}") }
    }

    /// Somebody of this age, and half a year: no birthday is near.
    pub fn aged(years: u32) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // The nodes go by this machine's clock, and so does somebody's age.
        let since_1970 = SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970").as_secs();
        // A month is a twelfth of the calendar's mean year: exact enough, half a year from any birthday.
        let months = since_1970 / (31_556_952 / 12) - u64::from(years) * 12 - 6;
        let (year, month) = (1970 + months / 12, 1 + months % 12);
        // A seventh digit of 4 says the first 36 years of this century, and the last 63 of the one before.
        let cpr = format!("61{month:02}{:02}4{number:03}", year % 100);
        Self { cpr, name: format!("TESTDATA Borger på {years} ({number})") }
    }
}

impl Default for Citizen {
    fn default() -> Self {
        Self::new()
    }
}

impl Person<'_> {
    /// Registers a citizen, and returns the case's id.
    #[track_caller]
    pub fn registers(&self, citizen: &Citizen) -> String {
        let words = ["plan", "register", "--cpr", "-", "--name", &citizen.name];
        text(&self.tries_with(&words, &citizen.cpr).done(), "case_id")
    }

    /// Registers a citizen with a goal in each of two sectors and an action for one of them.
    #[track_caller]
    pub fn registers_with_plan(&self, citizen: &Citizen) -> String {
        let case = self.registers(citizen);
        let goal = self.adds_goal(&case, "Tage bussen alene", "social").done();
        let words = ["plan", "add-action", &case, "--text", "Støtte til transport", "--sector", "social"];
        let goal = text(&goal, "item_id");
        self.does(&[&words[..], &["--goal", &goal, "--from", "2026-02-01"]].concat());
        self.adds_goal(&case, "Komme i arbejde", "employment").done();
        case
    }

    /// Tries to add a goal.
    pub fn adds_goal(&self, case: &str, words: &str, sector: &str) -> Answer {
        self.tries(&["plan", "add-goal", case, "--text", words, "--sector", sector])
    }

    /// Records a written consent to all that the plan holds, and returns its id.
    #[track_caller]
    pub fn records_consent(&self, case: &str, to: &str) -> String {
        text(&self.tries_consent(case, to, FAR_AWAY, &[]).done(), "basis_id")
    }

    /// Tries to record a consent: to these sections, or to all where none is named.
    pub fn tries_consent(&self, case: &str, to: &str, until: &str, sections: &[&str]) -> Answer {
        let common = ["consent", "record", case, "--to", to, "--purpose", "TESTDATA fortsat støtte"];
        let how = ["--until", until, "--form", "written", "--giver", "citizen"];
        let mut words = [&common[..], &how[..]].concat();
        if sections.is_empty() {
            words.push("--all-sections");
        }
        for section in sections {
            words.extend(["--section", section]);
        }
        self.tries(&words)
    }

    /// Tries to offer a plan.
    pub fn tries_offer(&self, case: &str, to: &str, basis: &str) -> Answer {
        self.tries(&["handover", "offer", case, "--to", to, "--basis", basis])
    }

    /// Offers a plan with the citizen's consent, and returns the handover's id.
    #[track_caller]
    pub fn offers(&self, case: &str, to: &str) -> String {
        let basis = self.records_consent(case, to);
        text(&self.tries_offer(case, to, &basis).done(), "transfer_id")
    }

    /// Waits until an offer has come in, and returns what is seen of it.
    #[track_caller]
    pub fn awaits_offer(&self, transfer: &str) -> Value {
        self.awaits(transfer, "received")
    }

    /// Waits until a handover is in this state here.
    #[track_caller]
    pub fn awaits(&self, transfer: &str, state: &str) -> Value {
        eventually(&format!("handover {transfer} is {state} at {}", self.node.name), LONG, || {
            let answer = self.tries(&["handover", "show", transfer]);
            (answer.exit == 0).then(|| answer.json()).filter(|handover| handover["state"] == state)
        })
    }

    /// Accepts an offer that has come in, or is about to, as its preview shows it.
    #[track_caller]
    pub fn accepts(&self, transfer: &str) {
        let version = text(&self.awaits_offer(transfer), "preview_version");
        self.does(&["handover", "accept", transfer, "--version", &version]);
    }

    /// Lets a handover run until this side of it is in this phase of the protocol or a later one, and looks as often as
    /// it can.
    #[track_caller]
    pub fn lets_run_until(&self, transfer: &str, phase: &str) {
        let sides = [SOURCE_PHASES, DESTINATION_PHASES];
        let order = sides
            .iter()
            .find(|order| order.contains(&phase))
            .unwrap_or_else(|| panic!("no phase is {phase}"));
        let place = |phase: &str| order.iter().position(|known| *known == phase);
        let end = Instant::now() + LONG;
        while place(&text(&self.does(&["handover", "show", transfer]), "phase")) < place(phase) {
            assert!(Instant::now() < end, "handover {transfer} is not {phase} at {}", self.node.name);
        }
    }

    /// A plan.
    #[track_caller]
    pub fn sees(&self, case: &str) -> Value {
        self.does(&["plan", "show", case])
    }

    /// Tries to see a citizen's plan.
    pub fn looks_up(&self, citizen: &Citizen) -> Answer {
        self.tries_with(&["plan", "show", "--cpr", "-"], &citizen.cpr)
    }

    /// Whether this municipality serves the citizen's plan as its own.
    pub fn owns(&self, citizen: &Citizen) -> bool {
        let answer = self.looks_up(citizen);
        answer.exit == 0 && matches!(answer.json()["hold"].as_str(), Some("active" | "frozen"))
    }
}

/// A text of an answer.
#[track_caller]
pub fn text(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key}: {answer}")).to_owned()
}

/// What the receiver of a plan is to do with it, as its node plans it.
const ARRIVAL_REVIEW: &str = "Gennemgå planen med borgeren efter flytningen";

/// What a plan holds, in an order that does not depend on where it is, less what an arrival and a new caseworker add: the
/// review that is planned, and the note to whoever has the plan now.
#[track_caller]
pub fn items(plan: &Value) -> Vec<Value> {
    let mut items = plan["items"].as_array().unwrap_or_else(|| panic!("no items: {plan}")).clone();
    items.retain(|item| {
        let is_review = item["title"].as_str().is_some_and(|title| title.starts_with(ARRIVAL_REVIEW));
        !is_review && item["note_to"].is_null()
    });
    items.sort_by_key(|item| item["id"].to_string());
    items
}
