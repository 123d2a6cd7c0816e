//! How a life came into a plan: registered, gathered, listened to, planned, followed up through the years, and today.

use enplan_domain::catalogue::{self, Adopted};
use enplan_domain::plan::{
    Agreement, Citizen, CloseReason, Contact, Item, ItemChange, ItemKey, ItemKind, NewItem, Plan,
    PlanCommand, PlanEvent, Status, When,
};
use enplan_domain::{Context, Date, Kommunekode, Narrative, Timestamp, UserName, danish_day};
use jiff::ToSpan;
use jiff::civil::date;

use super::dice::Dice;
use super::lives::{self, Action, Goal, Life};
use super::names;
use super::pen::{Pen, sector, words, working_day};
use crate::demo::exemptions::TRIAL;

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

/// Somebody whose story is to be told.
pub(super) struct Person {
    /// Who.
    pub(super) citizen: Citizen,
    /// Where.
    pub(super) municipality: Kommunekode,
    /// By whom.
    pub(super) caseworker: UserName,
    /// When the plan began.
    pub(super) registered: Date,
    /// The life.
    pub(super) life: &'static Life,
    /// Whether nothing of the life is left out, and the plan is open still.
    pub(super) whole: bool,
    /// Whether name and address are protected.
    pub(super) protected: bool,
    /// What is noted beside the life; may be empty.
    pub(super) note: Narrative,
}

/// Tells a story up to the day before `now`: the plan, and the events that made it.
pub(super) fn tell(
    person: Person,
    adopted: Adopted,
    now: Timestamp,
    dice: &mut Dice,
) -> anyhow::Result<(Plan, Vec<PlanEvent>)> {
    let Person { citizen, municipality, caseworker, registered, life, whole, protected, note } = person;
    let context = Context { now, actor: caseworker.clone(), municipality, frozen: false, adopted };
    let first = PlanCommand::Register { citizen, caseworker };
    let mut story = Story { pen: Pen::begin(first, context, registered)?, dice, life, whole };
    if protected {
        story.pen.say(PlanCommand::SetProtected { protected })?;
    }
    let sources = story.gather()?;
    story.listen()?;
    if !note.is_empty() {
        story.add(NewItem::Note { sector: sector("children")?, text: note })?;
    }
    story.begin_planning(&sources)?;

    let yesterday = danish_day(now).checked_sub(1.day())?;
    if registered > TRIAL.1 {
        story.follow_up_until(yesterday, 45..=95)?;
        return Ok(story.pen.finish());
    }
    story.follow_up_until(date(2020, 6, 19), 150..=220)?;
    story.end_trial()?;
    if !whole && story.dice.once_in(9) {
        story.close()?;
    } else if whole || !story.dice.once_in(4) {
        let lately = working_day(yesterday, -story.dice.number(7..=150))?;
        story.follow_up_until(lately, 600..=760)?;
        story.begin_anew(lately, yesterday)?;
    } else {
        story.follow_up_until(yesterday, 600..=760)?;
    }
    Ok(story.pen.finish())
}

struct Story<'a> {
    pen: Pen,
    dice: &'a mut Dice,
    life: &'static Life,
    whole: bool,
}

impl Story<'_> {
    fn add(&mut self, item: NewItem) -> anyhow::Result<ItemKey> {
        self.pen.add(item, self.dice)
    }

    fn change(&mut self, item: ItemKey, change: ItemChange) -> anyhow::Result<()> {
        self.pen.say(PlanCommand::Change { item, change })
    }

    /// The plans that were there are gathered into this one.
    fn gather(&mut self) -> anyhow::Result<Vec<ItemKey>> {
        let mut keys = Vec::new();
        for source in self.life.sources {
            let made = working_day(self.pen.today(), -self.dice.number(40..=400))?;
            let (plan_kind, text) = (source.kind.to_owned(), words(source.place)?);
            // A kind that the law did not know yet cannot have been made then.
            let made = catalogue::plan_kind(source.kind, made).map(|_| When::Day(made));
            keys.push(self.add(NewItem::SourcePlan {
                sector: sector(source.sector)?,
                plan_kind,
                made,
                text,
            })?);
        }
        Ok(keys)
    }

    /// The citizen's own words come first, then the situation.
    fn listen(&mut self) -> anyhow::Result<()> {
        let most = if self.whole { usize::MAX } else { 2 };
        for wish in self.dice.some(self.life.wishes, most) {
            let (text, said_by) = (words(wish.text)?, wish.said_by);
            self.add(NewItem::Wish { sector: sector(wish.sector)?, text, said_by })?;
        }
        let most = if self.whole { usize::MAX } else { 4 };
        for side in self.dice.some(self.life.situation, most) {
            self.add(NewItem::Situation {
                sector: sector(side.sector)?,
                area: side.area.to_owned(),
                bearing: side.bearing,
                text: words(side.text)?,
                said_by: side.said_by,
            })?;
        }
        Ok(())
    }

    /// Some weeks later: what it is for, goals, and what is done.
    fn begin_planning(&mut self, sources: &[ItemKey]) -> anyhow::Result<()> {
        let day = working_day(self.pen.today(), self.dice.number(10..=24))?;
        self.pen.turn_to(day)?;
        let wish = self.pen.plan().items_of(ItemKind::Wish).next().map(|wish| wish.key.clone());
        let (of, text) = self.life.purpose;
        let purpose = self.add(NewItem::Purpose { sector: sector(of)?, text: words(text)?, wish })?;
        let most = if self.whole { usize::MAX } else { 2 };
        for goal in self.dice.some(self.life.goals, most) {
            self.plan_goal(goal, Some(purpose.clone()), sources)?;
        }
        let first = working_day(day, self.dice.number(30..=60))?;
        self.plan_follow_up(first)
    }

    fn plan_goal(
        &mut self,
        goal: &Goal,
        part_of: Option<ItemKey>,
        sources: &[ItemKey],
    ) -> anyhow::Result<()> {
        let source = |at: Option<usize>| at.and_then(|at| sources.get(at)).cloned();
        let (text, taken_from) = (words(goal.text)?, source(goal.from));
        let key = self.add(NewItem::Goal { sector: sector(goal.sector)?, text, part_of, taken_from })?;
        for part in goal.parts {
            let (text, part_of) = (words(part)?, Some(key.clone()));
            self.add(NewItem::Goal { sector: sector(goal.sector)?, text, part_of, taken_from: None })?;
        }
        for action in goal.actions {
            self.plan_action(action, &key, source(action.from))?;
        }
        Ok(())
    }

    fn plan_action(
        &mut self,
        action: &Action,
        goal: &ItemKey,
        taken_from: Option<ItemKey>,
    ) -> anyhow::Result<()> {
        let today = self.pen.today();
        let is_refused = |exemption: &&str| self.pen.context().adopted.check(exemption, today).is_err();
        if action.exemption.as_ref().is_some_and(is_refused) {
            return Ok(());
        }
        let provision = action.law.iter().find(|id| catalogue::provision(id, today).is_some());
        let contact = (!action.contact.is_empty()).then(|| self.contact(action.contact)).transpose()?;
        let agreed = Agreement {
            provision: provision.map(|id| (*id).to_owned()),
            exemption: action.exemption.map(str::to_owned),
            contact,
            ready_when: words(action.ready_when)?,
        };
        let starts = action.ready_when.is_empty().then_some(When::Day(today));
        self.add(NewItem::Action {
            sector: sector(action.sector)?,
            text: words(action.text)?,
            starts,
            ends: None,
            goal: Some(goal.clone()),
            taken_from,
            agreed,
        })?;
        Ok(())
    }

    fn contact(&mut self, place: &str) -> anyhow::Result<Contact> {
        let name = words(&names::contact(self.dice))?;
        // No telephone in Denmark has a number that begins so.
        let phone = words(&format!("00 00 {:02} {:02}", self.dice.number(0..=99), self.dice.number(0..=99)))?;
        Ok(Contact { name, place: words(place)?, phone })
    }

    fn plan_follow_up(&mut self, on: Date) -> anyhow::Result<()> {
        let (sector, text) =
            (sector(self.life.purpose.0)?, words("Opfølgning på målene sammen med borgeren")?);
        self.add(NewItem::FollowUp { sector, on: When::Day(on), text })?;
        Ok(())
    }

    /// The follow-up that is planned.
    fn next_follow_up(&self) -> Option<(ItemKey, Date)> {
        let planned =
            self.pen.plan().items_of(ItemKind::FollowUp).find(|item| item.status == Status::Planned)?;
        Some((planned.key.clone(), planned.starts?.day()))
    }

    /// Holds the follow-ups until a day, each planning the next. The last one planned is after that day.
    fn follow_up_until(
        &mut self,
        last: Date,
        days_between: std::ops::RangeInclusive<i16>,
    ) -> anyhow::Result<()> {
        let mut round = 0;
        while let Some((planned, on)) = self.next_follow_up().filter(|(_, on)| *on <= last) {
            self.pen.turn_to(on)?;
            let today = self.pen.today();
            let outcome = words(self.dice.one(&FOUND, FOUND[0]))?;
            self.change(planned, ItemChange::Hold { on: When::Day(today), outcome })?;
            self.come_further(round)?;
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
    fn end_trial(&mut self) -> anyhow::Result<()> {
        self.pen.turn_to(TRIAL_ENDS)?;
        let is_former = |id: &String| catalogue::provision(id, TRIAL_ENDS).is_none();
        let mut over = Vec::new();
        for item in self.pen.plan().items_of(ItemKind::Intervention).filter(|item| is_active(item)) {
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

    fn close(&mut self) -> anyhow::Result<()> {
        if let Some((planned, _)) = self.next_follow_up() {
            self.change(planned, ItemChange::Drop { reason: words("Planen afsluttes")? })?;
        }
        let (reason, note) = if self.dice.once_in(3) {
            (CloseReason::CitizenDeclined, "Borgeren ønsker ikke længere en samlet plan")
        } else {
            (CloseReason::Finished, "Borgeren klarer sig uden en samlet plan")
        };
        self.pen.say(PlanCommand::Close { reason, note: words(note)? })
    }

    /// This year: an old goal is worded anew or a new one set, and the next follow-up is due about now.
    fn begin_anew(&mut self, day: Date, yesterday: Date) -> anyhow::Result<()> {
        self.pen.turn_to(day)?;
        let today = self.pen.today();
        if let Some((planned, _)) = self.next_follow_up() {
            self.change(planned, ItemChange::Drop { reason: words("Fremrykket efter borgerens ønske")? })?;
        }
        if let Some(key) = self.first(ItemKind::Wish, is_active).filter(|_| self.dice.once_in(3)) {
            let text = words("Jeg vil gerne klare det selv nu, med en at ringe til")?;
            self.change(key, ItemChange::Reword { text })?;
        }
        let at = self.dice.number(0..=3);
        if let Some(goal) = usize::try_from(at).ok().and_then(|at| lives::LATER.get(at)) {
            self.plan_goal(goal, None, &[])?;
        }
        // Some are overdue by days, some come within weeks.
        let next = working_day(yesterday, self.dice.number(-5..=40))?.max(today);
        self.plan_follow_up(next)
    }
}

fn is_active(item: &Item) -> bool {
    item.status == Status::Active
}
