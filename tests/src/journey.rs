//! One plan on its way, and what must hold when it has arrived.

use serde_json::{Value, json};

use crate::casework::{Citizen, items, text};
use crate::person::Person;

/// A citizen's plan on its way from one municipality to another.
#[derive(Debug)]
pub struct Journey<'network> {
    /// Who gives it away.
    pub from: Person<'network>,
    /// Who receives it.
    pub to: Person<'network>,
    /// Whose it is.
    pub citizen: Citizen,
    /// The case where it began.
    pub case: String,
    /// The handover.
    pub transfer: String,
    /// What the plan held when it was offered.
    pub sent: Vec<Value>,
}

impl<'network> Journey<'network> {
    /// Registers somebody and offers their plan.
    #[track_caller]
    pub fn begin(from: &Person<'network>, to: &Person<'network>) -> Self {
        let citizen = Citizen::new();
        let case = from.registers_with_plan(&citizen);
        Self::offer(from, to, citizen, case)
    }

    /// Offers the plan of somebody who is registered.
    #[track_caller]
    pub fn offer(from: &Person<'network>, to: &Person<'network>, citizen: Citizen, case: String) -> Self {
        let sent = items(&from.sees(&case));
        assert!(sent.len() >= 3);
        let transfer = from.offers(&case, &to.node.name);
        Self { from: from.clone(), to: to.clone(), citizen, case, transfer, sent }
    }

    /// Waits until both sides know that it is over, and looks at what came of it.
    #[track_caller]
    pub fn arrives(&self) {
        self.to.awaits(&self.transfer, "completed");
        self.from.awaits(&self.transfer, "completed");
        self.has_arrived();
    }

    /// One owner, nothing lost, and only the owner can write.
    #[track_caller]
    pub fn has_arrived(&self) {
        let received = self.to.looks_up(&self.citizen).done();
        assert_eq!(items(&received), self.sent);
        assert_eq!((&received["hold"], &received["confirmed"]), (&json!("active"), &json!(true)));
        for refused in
            [self.from.looks_up(&self.citizen), self.from.adds_goal(&self.case, "Et mål for sent", "social")]
        {
            let refusal = refused.is_refused(1, "NOT_OURS");
            assert!(refusal.message.contains(&self.to.node.name), "{}", refusal.message);
        }
        self.to.adds_goal(&text(&received, "case_id"), "Et nyt mål", "social").done();
    }
}
