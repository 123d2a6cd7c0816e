//! Whoever writes a plan, day by day: each command is decided by the rules as they were on its day.

use anyhow::Context as _;
use enplan_domain::plan::{ItemKey, NewItem, Plan, PlanCommand, PlanEvent, Sector, decide};
use enplan_domain::{Context, Date, Narrative, UserName};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::dice::Dice;

/// Between one thing written and the next.
const MINUTES: SignedDuration = SignedDuration::from_mins(4);

/// A plan on its way, and everything that was said of it.
pub(super) struct Pen {
    context: Context,
    plan: Plan,
    events: Vec<PlanEvent>,
}

impl Pen {
    /// Begins a plan in the morning of a day.
    pub(super) fn begin(first: PlanCommand, mut context: Context, day: Date) -> anyhow::Result<Self> {
        context.now = morning(day)?;
        let events = decide(None, first, &context)?;
        Ok(Self { plan: Plan::from_events(&events)?, context, events })
    }

    /// Takes up a plan again in the morning of a day, or where it was left if that is later.
    pub(super) fn resume(
        plan: Plan,
        events: Vec<PlanEvent>,
        mut context: Context,
        day: Date,
    ) -> anyhow::Result<Self> {
        context.now = events.iter().map(|event| event.stamp().at).fold(morning(day)?, Ord::max);
        Ok(Self { context, plan, events })
    }

    /// Turns to a later day.
    pub(super) fn turn_to(&mut self, day: Date) -> anyhow::Result<()> {
        self.context.now = morning(day)?.max(self.context.now);
        Ok(())
    }

    /// The day that it is.
    pub(super) fn today(&self) -> Date {
        self.context.today()
    }

    /// What the rules decide by.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// The plan so far.
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Somebody else writes from now on.
    pub(super) fn is_taken_over_by(&mut self, actor: UserName) {
        self.context.actor = actor;
    }

    /// Has a command decided.
    pub(super) fn say(&mut self, command: PlanCommand) -> anyhow::Result<()> {
        self.context.now = self.context.now.checked_add(MINUTES)?;
        for event in decide(Some(&self.plan), command, &self.context)? {
            self.plan = self.plan.clone().apply(&event);
            self.events.push(event);
        }
        Ok(())
    }

    /// Writes something new, and says what names it.
    pub(super) fn add(&mut self, item: NewItem, dice: &mut Dice) -> anyhow::Result<ItemKey> {
        self.say(PlanCommand::Add { id: dice.id(), item: Box::new(item) })?;
        match self.events.last() {
            Some(PlanEvent::ItemRecorded { item, .. }) => Some(item.key.clone()),
            _ => None,
        }
        .context("something new was not recorded")
    }

    /// The plan, and what it is made of.
    pub(super) fn finish(self) -> (Plan, Vec<PlanEvent>) {
        (self.plan, self.events)
    }
}

/// When the working day has begun.
fn morning(day: Date) -> anyhow::Result<enplan_domain::Timestamp> {
    Ok(day.at(8, 10, 0, 0).to_zoned(TimeZone::UTC)?.timestamp())
}

/// A working day so many days later: the Friday before where it would be a weekend.
pub(super) fn working_day(from: Date, days_later: i16) -> anyhow::Result<Date> {
    let day = from.checked_add(i64::from(days_later).days())?;
    Ok(match day.weekday() {
        Weekday::Saturday => day.checked_sub(1.day())?,
        Weekday::Sunday => day.checked_sub(2.days())?,
        _ => day,
    })
}

/// A text of this module's own.
pub(super) fn words(text: &str) -> anyhow::Result<Narrative> {
    Ok(Narrative::parse(text)?)
}

/// A sector of the catalogue.
pub(super) fn sector(id: &str) -> anyhow::Result<Sector> {
    Ok(id.parse()?)
}
