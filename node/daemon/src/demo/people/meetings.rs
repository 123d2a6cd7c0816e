//! Network meetings of the demo's plans, and plans that changed hands.

use enplan_domain::plan::{
    DecidedAction, Held, Item, ItemChange, ItemKey, ItemKind, NewDecision, NewMeeting, Participant,
    PlanCommand, Status, Voice, When,
};
use enplan_domain::{Date, UserName};

use super::pen::{sector, words, working_day};
use super::story::Story;

/// What a meeting came to.
const MINUTES: [&str; 4] = [
    "Borgeren fortalte selv, hvad der fylder; alle var enige om rækkefølgen",
    "Målene blev gennemgået; ansvaret blev fordelt, så der er én at ringe til",
    "To indsatser lå i vejen for hinanden; den ene venter",
    "Borgeren ønskede kortere møder; næste gang mødes vi hjemme hos borgeren",
];

/// What was decided.
const DECIDED: [&str; 4] = [
    "Ringe til borgeren hver anden uge",
    "Samle ansøgningerne og sende dem på én gang",
    "Tage med til den første samtale",
    "Lave en ugeplan sammen med borgeren",
];

/// What one caseworker leaves to the next.
const LEFT: [&str; 3] = [
    "Borgeren vil helst ringes op om formiddagen. Næste skridt er aftalt, se opfølgningen.",
    "Tag det roligt med nye indsatser: der er mange i forvejen.",
    "Borgeren har fortalt sin historie mange gange; læs notaterne først.",
];

const TIMES: [&str; 4] = ["09:00", "10:30", "13:00", "14:30"];
const PLACES: [&str; 3] = ["Rådhuset", "Hjemme hos borgeren", "Jobcentret"];

impl Story<'_> {
    /// The first of the plan's caseworkers leaves it to the one who has it from now on, who reads what they were told.
    pub(super) fn hand_on(&mut self, to: UserName, is_read: bool) -> anyhow::Result<()> {
        let left = self.dice.one(&LEFT, &LEFT[0]);
        let (id, note) = (self.dice.id(), words(left)?);
        self.pen.say(PlanCommand::ChangeCaseworker { caseworker: to.clone(), id, note })?;
        self.pen.is_taken_over_by(to);
        let unread = self.pen.plan().unread_notes().next().map(|note| note.key.clone());
        if let Some(note) = unread.filter(|_| is_read) {
            let on = When::Day(self.pen.today());
            self.change(note, ItemChange::Finish { on, outcome: words("")? })?;
        }
        Ok(())
    }

    /// A network meeting is held: what the one before it decided is looked at, and something new is decided.
    pub(super) fn meet(&mut self) -> anyhow::Result<()> {
        let on = When::Day(self.pen.today());
        self.carry_out(Date::MAX)?;
        let goal =
            self.pen.plan().items_of(ItemKind::Goal).find(|goal| goal.status == Status::Active).map(key);
        let by = When::Day(working_day(self.pen.today(), self.dice.number(14..=60))?);
        let decided = self.dice.one(&DECIDED, &DECIDED[0]);
        let text = words(decided)?;
        let participants = self.participants()?;
        let doer = match participants.last() {
            Some(last) if last.relation == Voice::Professional => last.name.clone(),
            _ => words("Den koordinerende sagsbehandler")?,
        };
        let becomes_an_action = self.dice.once_in(3);
        let sector = sector(self.life.purpose.0)?;
        let action =
            becomes_an_action.then(|| DecidedAction { id: self.dice.id(), sector: sector.clone(), goal });
        let decision = NewDecision { id: self.dice.id(), text, doer, by, action };
        let came_to = self.dice.one(&MINUTES, &MINUTES[0]);
        let minutes = words(came_to)?;
        let held = Held { minutes, decisions: vec![decision], ..Held::default() };
        let meeting = self.meeting(on, participants)?;
        let id = self.dice.id();
        self.pen.say(PlanCommand::Convene { id, meeting: Box::new(meeting), held: Some(Box::new(held)) })
    }

    /// What meetings decided is done, as far as it was to be by a day.
    pub(super) fn carry_out(&mut self, by: Date) -> anyhow::Result<()> {
        let on = When::Day(self.pen.today());
        let is_to_be_done = |item: &&Item| is_open(item) && item.ends.is_none_or(|ends| ends.day() <= by);
        let decided = self.pen.plan().items_of(ItemKind::Decision);
        let open: Vec<ItemKey> = decided.filter(is_to_be_done).map(key).collect();
        for decision in open {
            self.change(decision, ItemChange::Finish { on, outcome: words("Gjort som aftalt")? })?;
        }
        Ok(())
    }

    /// The next network meeting is planned.
    pub(super) fn plan_meeting(&mut self, on: Date) -> anyhow::Result<()> {
        let participants = self.participants()?;
        let meeting = Box::new(self.meeting(When::Day(on), participants)?);
        let id = self.dice.id();
        self.pen.say(PlanCommand::Convene { id, meeting, held: None })
    }

    fn meeting(&mut self, on: When, participants: Vec<Participant>) -> anyhow::Result<NewMeeting> {
        let (at, place) = (self.dice.one(&TIMES, &TIMES[0]), self.dice.one(&PLACES, &PLACES[0]));
        Ok(NewMeeting {
            sector: sector(self.life.purpose.0)?,
            on,
            at: at.parse().ok(),
            place: words(place)?,
            text: words("")?,
            participants,
        })
    }

    /// The citizen, and whom the citizen turns to about what is done.
    fn participants(&self) -> anyhow::Result<Vec<Participant>> {
        let citizen = Participant {
            name: words("")?,
            relation: Voice::Citizen,
            represents: words("")?,
            invited: true,
            came: None,
        };
        let mut participants = vec![citizen];
        for action in self.pen.plan().items_of(ItemKind::Intervention).filter(|item| is_open(item)) {
            let Some(contact) = &action.agreed.contact else { continue };
            if !participants.iter().any(|one| one.name == contact.name) {
                participants.push(Participant {
                    name: contact.name.clone(),
                    relation: Voice::Professional,
                    represents: contact.place.clone(),
                    invited: true,
                    came: None,
                });
            }
        }
        Ok(participants)
    }
}

fn is_open(item: &Item) -> bool {
    matches!(item.status, Status::Active | Status::Planned)
}

fn key(item: &Item) -> ItemKey {
    item.key.clone()
}
