//! What became of a plan through the years: followed up, come further, out of the trial, and taken up again today.

use std::ops::RangeInclusive;

use enplan_domain::plan::{CloseReason, Item, ItemChange, ItemKey, ItemKind, PlanCommand, Status, When};
use enplan_domain::{Date, catalogue};
use jiff::civil::date;

use super::assessed::Stage;
use super::lives;
use super::pen::{words, working_day};
use super::story::Story;

/// The last working day of the trial, on which what leaned on an exemption ends.
const TRIAL_ENDS: Date = date(2020, 6, 30);

/// What a follow-up came to.
const FOUND: [&str; 6] = [
    "Borgeren synes, det går fremad; planen fortsætter",
    "Svær periode; tempoet sættes ned, og næste møde holdes hjemme",
    "Netværksmøde med alle parter: målene er de samme, ansvaret er fordelt",
    "Borgeren har selv sat ord på næste skridt",
    "To indsatser trak hver sin vej; de er lagt sammen",
    "Rolig status; færre kontakter end sidst",
];

impl Story<'_> {
    /// The follow-up that is planned.
    fn next_follow_up(&self) -> Option<(ItemKey, Date)> {
        let planned =
            self.pen.plan().items_of(ItemKind::FollowUp).find(|item| item.status == Status::Planned)?;
        Some((planned.key.clone(), planned.starts?.day()))
    }

    /// Holds the follow-ups until a day, each planning the next. The last one planned is after that day.
    pub(super) fn follow_up_until(
        &mut self,
        last: Date,
        days_between: RangeInclusive<i16>,
    ) -> anyhow::Result<()> {
        let mut round = 0;
        while let Some((planned, on)) = self.next_follow_up().filter(|(_, on)| *on <= last) {
            self.pen.turn_to(on)?;
            let today = self.pen.today();
            let found = self.dice.one(&FOUND, &FOUND[0]);
            let outcome = words(found)?;
            self.change(planned, ItemChange::Hold { on: When::Day(today), outcome })?;
            self.carry_out(today)?;
            self.come_further(round)?;
            if round % 2 == 1 {
                self.ask_the_citizen(round)?;
            }
            if round == 2 && self.target_groups_assessed() == 1 {
                self.assess_target_group(Stage::Underway)?;
            }
            if round % 3 == 1 {
                self.meet()?;
            }
            round += 1;
            let next = working_day(today, self.dice.number(days_between.clone()))?;
            self.plan_follow_up(next)?;
        }
        Ok(())
    }

    /// What a follow-up set in motion.
    fn come_further(&mut self, round: usize) -> anyhow::Result<()> {
        let on = When::Day(self.pen.today());
        match round % 4 {
            0 => {
                if let Some(key) = self.first(ItemKind::Intervention, |item| self.can_begin(item)) {
                    self.change(key, ItemChange::Begin { on })?;
                }
            }
            1 => {
                if let Some(key) = self.first(ItemKind::SubGoal, is_active) {
                    self.change(
                        key,
                        ItemChange::Finish { on, outcome: words("Nået; borgeren er stolt af det")? },
                    )?;
                }
                if let Some(key) = self.first(ItemKind::Barrier, is_active).filter(|_| self.dice.once_in(3)) {
                    let outcome = words("Fylder ikke længere i hverdagen")?;
                    self.change(key, ItemChange::Finish { on, outcome })?;
                }
            }
            2 => {
                let began_before = |item: &Item| is_active(item) && item.agreed.exemption.is_none();
                if let Some(key) = self.first(ItemKind::Intervention, began_before) {
                    self.change(key, ItemChange::Finish { on, outcome: words("Gennemført som aftalt")? })?;
                }
            }
            _ => {
                let Some(key) = self.first(ItemKind::Goal, is_active) else { return Ok(()) };
                let change = if self.dice.once_in(3) {
                    ItemChange::Drop {
                        reason: words("Borgeren har fået et andet mål, som er vigtigere nu")?
                    }
                } else {
                    ItemChange::Finish {
                        on,
                        outcome: words("Målet er nået, efter borgerens egen vurdering")?,
                    }
                };
                self.change(key, change)?;
            }
        }
        Ok(())
    }

    fn first(&self, kind: ItemKind, which: impl Fn(&Item) -> bool) -> Option<ItemKey> {
        self.pen.plan().items_of(kind).find(|item| which(item)).map(|item| item.key.clone())
    }

    /// Whether an action waits, and still has its provision.
    fn can_begin(&self, item: &Item) -> bool {
        let holds = |id: &String| catalogue::provision(id, self.pen.today()).is_some();
        item.waits_for_readiness() && item.agreed.provision.as_ref().is_none_or(holds)
    }

    /// What leaned on an exemption is over with the trial, and by then also what the former employment act granted.
    pub(super) fn end_trial(&mut self) -> anyhow::Result<()> {
        self.pen.turn_to(TRIAL_ENDS)?;
        // Here and there one was forgotten: the plan says so since.
        let is_forgotten = !self.whole && self.aside.once_in(12);
        let is_former = |id: &String| catalogue::provision(id, TRIAL_ENDS).is_none();
        let mut over = Vec::new();
        for item in self.pen.plan().items_of(ItemKind::Intervention).filter(|item| is_active(item)) {
            if item.agreed.exemption.is_some() && is_forgotten {
                continue;
            }
            if item.agreed.exemption.is_some() {
                over.push((item.key.clone(), "Forsøget er slut; der følges op efter de almindelige regler"));
            } else if item.agreed.provision.as_ref().is_some_and(is_former) {
                over.push((
                    item.key.clone(),
                    "Bevillingen er udløbet; næste skridt aftales ved opfølgningen",
                ));
            }
        }
        for (key, outcome) in over {
            let outcome = words(outcome)?;
            self.change(key, ItemChange::Finish { on: When::Day(TRIAL_ENDS), outcome })?;
        }
        Ok(())
    }

    /// The trial was what one plan rested on.
    pub(super) fn close_with_the_trial(&mut self) -> anyhow::Result<()> {
        let note = "Forsøget slutter den 1. juli 2020. Borgeren følges nu efter de almindelige regler";
        self.close_because(CloseReason::Finished, note)
    }

    pub(super) fn close(&mut self) -> anyhow::Result<()> {
        let (reason, note) = if self.dice.once_in(3) {
            (CloseReason::CitizenDeclined, "Borgeren ønsker ikke længere en samlet plan")
        } else {
            (CloseReason::Finished, "Borgeren klarer sig uden en samlet plan")
        };
        self.close_because(reason, note)
    }

    fn close_because(&mut self, reason: CloseReason, note: &str) -> anyhow::Result<()> {
        self.assess_target_group(Stage::Ending)?;
        self.ask_the_citizen(4)?;
        if let Some((planned, _)) = self.next_follow_up() {
            self.change(planned, ItemChange::Drop { reason: words("Planen afsluttes")? })?;
        }
        self.pen.say(PlanCommand::Close { reason, note: words(note)? })
    }

    /// This year: an old goal is worded anew or a new one set, and the next follow-up is due about now.
    pub(super) fn begin_anew(&mut self, day: Date, yesterday: Date) -> anyhow::Result<()> {
        self.pen.turn_to(day)?;
        let today = self.pen.today();
        if let Some((planned, _)) = self.next_follow_up() {
            self.change(planned, ItemChange::Drop { reason: words("Fremrykket efter borgerens ønske")? })?;
        }
        if let Some(key) = self.first(ItemKind::Wish, is_active).filter(|_| self.dice.once_in(3)) {
            let text = words("Jeg vil gerne klare det selv nu, med en at ringe til")?;
            self.change(key, ItemChange::Reword { text })?;
        }
        self.carry_out(today)?;
        self.ask_the_citizen(3)?;
        let goal = self.dice.one(lives::LATER, &lives::LATER[0]);
        self.plan_goal(goal, None, &[])?;
        if self.dice.once_in(2) {
            self.meet()?;
        }
        if self.dice.once_in(2) {
            let on = working_day(yesterday, self.dice.number(3..=30))?;
            self.plan_meeting(on)?;
        }
        // Some are overdue by days, some come within weeks.
        let next = working_day(yesterday, self.dice.number(-5..=40))?.max(today);
        self.plan_follow_up(next)
    }
}

fn is_active(item: &Item) -> bool {
    item.status == Status::Active
}
