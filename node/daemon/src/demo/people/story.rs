//! How a life came into a plan: registered, gathered, listened to, planned.

use enplan_domain::catalogue::{self, Adopted, TRIAL};
use enplan_domain::plan::{
    Agreement, Citizen, Contact, Grant, ItemChange, ItemKey, ItemKind, NewItem, Plan, PlanCommand, PlanEvent,
    When,
};
use enplan_domain::{Context, Date, Kommunekode, Narrative, Timestamp, UserName, danish_day};
use jiff::ToSpan;
use jiff::civil::date;

use super::super::staff::{FIRST_CASEWORKER, TEAM_LEAD};
use super::assessed::Stage;
use super::dice::Dice;
use super::lives::{Action, Goal, Life};
use super::names;
use super::pen::{Pen, sector, words, working_day};

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
    /// Whether nothing of the life is left out, and the plan is open still, but where it ended with the trial.
    pub(super) whole: bool,
    /// Whether the plan was closed when the trial ended.
    pub(super) ends_with_the_trial: bool,
    /// What falls for what the rest of the story does not hang on.
    pub(super) aside: Dice,
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
    let Person { citizen, municipality, caseworker, registered, life, whole, .. } = person;
    let Person { ends_with_the_trial, aside, protected, note, .. } = person;
    // The team lead took some of the cases in, and gave them on.
    let was_taken_in = !whole && caseworker.as_str() == FIRST_CASEWORKER && dice.once_in(5);
    let actor = if was_taken_in { TEAM_LEAD.parse()? } else { caseworker.clone() };
    let context = Context { now, actor: actor.clone(), municipality, frozen: false, adopted };
    let first = PlanCommand::Register { citizen, caseworker: actor };
    let mut story = Story { pen: Pen::begin(first, context, registered)?, dice, aside, life, whole };
    if protected {
        story.pen.say(PlanCommand::SetProtected { protected })?;
    }
    let sources = story.gather()?;
    story.listen()?;
    if !note.is_empty() {
        story.add(NewItem::Note { sector: sector("children")?, text: note })?;
    }
    if was_taken_in {
        // One that came lately may lie unread.
        let is_read = TRIAL.holds_on(registered) || story.dice.once_in(2);
        story.hand_on(caseworker, is_read)?;
    }
    story.begin_planning(&sources)?;
    story.assess_target_group(Stage::Beginning)?;
    story.ask_the_citizen(0)?;

    let yesterday = danish_day(now).checked_sub(1.day())?;
    if !TRIAL.holds_on(registered) {
        story.follow_up_until(yesterday, 45..=95)?;
        return Ok(story.pen.finish());
    }
    story.follow_up_until(date(2020, 6, 19), 150..=220)?;
    story.end_trial()?;
    if ends_with_the_trial {
        story.close_with_the_trial()?;
    } else if !whole && story.dice.once_in(9) {
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

/// A story while it is told.
pub(super) struct Story<'a> {
    /// Who writes it.
    pub(super) pen: Pen,
    /// What falls.
    pub(super) dice: &'a mut Dice,
    /// What falls for what the rest of the story does not hang on.
    pub(super) aside: Dice,
    pub(super) life: &'static Life,
    pub(super) whole: bool,
}

impl Story<'_> {
    fn add(&mut self, item: NewItem) -> anyhow::Result<ItemKey> {
        self.pen.add(item, self.dice)
    }

    pub(super) fn change(&mut self, item: ItemKey, change: ItemChange) -> anyhow::Result<()> {
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
                code: None,
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

    pub(super) fn plan_goal(
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
        // What a provision carries was decided that day: since the trial for a year at a time.
        let a_year = today.checked_add(1.year()).ok().filter(|_| !TRIAL.holds_on(today));
        let granted = provision.map(|_| Grant { decided: today, binds_until: a_year });
        let contact = (!action.contact.is_empty()).then(|| self.contact(action.contact)).transpose()?;
        let agreed = Agreement {
            provision: provision.map(|id| (*id).to_owned()),
            exemption: action.exemption.map(str::to_owned),
            contact,
            ready_when: words(action.ready_when)?,
            provider: words(action.contact)?,
            expected: None,
            granted,
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

    pub(super) fn plan_follow_up(&mut self, on: Date) -> anyhow::Result<()> {
        let (sector, text) =
            (sector(self.life.purpose.0)?, words("Opfølgning på målene sammen med borgeren")?);
        self.add(NewItem::FollowUp { sector, on: When::Day(on), text })?;
        Ok(())
    }
}
