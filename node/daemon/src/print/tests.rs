//! The citizen's copy, read as a browser reads it.

use enplan_domain::plan::{
    Agreement, Bearing, Citizen, Contact, ItemChange, ItemKind, MergeDecision, NewItem, Plan, PlanCommand,
    Voice, decide,
};
use enplan_domain::terminology::Terminology;
use enplan_domain::{Context, Narrative};
use jiff::civil::date;
use scraper::{ElementRef, Html, Selector};
use uuid::Uuid;

use super::Printing;

const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}\u{7}& \"sådan\"";

fn context() -> Context {
    Context {
        now: "2026-06-01T10:00:00Z".parse().unwrap(),
        actor: "anne.jensen".parse().unwrap(),
        municipality: "0270".parse().unwrap(),
        frozen: false,
        adopted: enplan_domain::catalogue::Adopted::default(),
    }
}

fn text(words: &str) -> Narrative {
    Narrative::parse(words).unwrap()
}

fn after(plan: Plan, command: PlanCommand) -> Plan {
    decide(Some(&plan), command, &context()).unwrap().iter().fold(plan, Plan::apply)
}

fn with(plan: Plan, n: u128, item: NewItem) -> Plan {
    after(plan, PlanCommand::Add { id: Uuid::from_u128(n), item: Box::new(item) })
}

/// TESTDATA: a plan with something of every kind that is printed, and every text as hostile as it can be.
fn plan_saying(words: &str) -> Plan {
    let mut citizen =
        Citizen::new("6101811001".parse().unwrap()).living_at(text("Ingenvej 7, 3200 Helsinge"));
    citizen.name = text(&format!("TESTDATA Rita {words}"));
    let register = PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() };
    let mut plan = Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap();
    let social = || "social".parse().unwrap();
    for (n, voice) in [(1, Voice::Citizen), (2, Voice::Relative)] {
        let words = text(&format!("{voice:?} {words}"));
        plan = with(plan, n, NewItem::Wish { sector: social(), text: words, said_by: voice });
    }
    let situation = NewItem::Situation {
        sector: social(),
        area: "home".to_owned(),
        bearing: Bearing::Barrier,
        text: text(words),
        said_by: Voice::Citizen,
        code: None,
    };
    plan = with(plan, 3, situation);
    let goal = |text, part_of| NewItem::Goal { sector: social(), text, part_of, taken_from: None };
    plan = with(plan, 4, goal(text(words), None));
    let above = plan.items_of(ItemKind::Goal).next().map(|item| item.key.clone());
    plan = with(plan, 5, goal(text("Lave mad selv"), above.clone()));
    let contact = Contact { name: text(words), place: text("Bostøtten"), phone: text("00 00 12 34") };
    let agreed = Agreement { contact: Some(contact), provider: text(words), ..Agreement::default() };
    let action = |text, goal, agreed| NewItem::Action {
        sector: social(),
        text,
        starts: Some("2026-07-01".parse().unwrap()),
        ends: None,
        goal,
        taken_from: None,
        agreed,
    };
    plan = with(plan, 6, action(text("Støtte i hjemmet"), above, agreed));
    plan = with(plan, 7, action(text("Gåture"), None, Agreement::default()));
    plan = with(
        plan,
        8,
        NewItem::FollowUp { sector: social(), on: "2026-08-03".parse().unwrap(), text: text(words) },
    );
    with(plan, 9, NewItem::Note { sector: social(), text: text("Kun for sagsbehandlere") })
}

fn printed(plan: &Plan) -> String {
    let printing =
        Printing { today: date(2026, 6, 1), caseworker: "Anne Jensen", terminology: &Terminology::default() };
    super::plan(plan, &printing).unwrap()
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn read(element: ElementRef<'_>) -> String {
    element.text().collect()
}

#[test]
fn what_was_joined_is_printed_once_and_the_citizens_own_words_as_often_as_they_said_them() {
    let wish = |sector: &str, words: &str| NewItem::Wish {
        sector: sector.parse().unwrap(),
        text: text(words),
        said_by: Voice::Citizen,
    };
    let goal = |sector: &str, words: &str| NewItem::Goal {
        sector: sector.parse().unwrap(),
        text: text(words),
        part_of: None,
        taken_from: None,
    };
    let mut plan = plan_saying("x");
    for (n, item) in (20..).zip([
        wish("social", "Jeg vil bo alene"),
        wish("housing", "Jeg vil bo for mig selv"),
        goal("social", "At have sit eget hjem"),
        goal("housing", "At have sit eget sted"),
    ]) {
        plan = with(plan, n, item);
    }
    let key = |n: u128| format!("Goal/{}", Uuid::from_u128(n)).parse().unwrap();
    let join = |leading, other| MergeDecision::Join {
        leading: key(leading),
        others: std::collections::BTreeSet::from([key(other)]),
        text: None,
    };
    plan = after(plan, PlanCommand::Merge { decisions: vec![join(20, 21), join(22, 23)] });
    let printed = printed(&plan);
    for words in ["Jeg vil bo alene", "Jeg vil bo for mig selv", "At have sit eget hjem"] {
        assert!(printed.contains(words), "{words}");
    }
    assert!(!printed.contains("At have sit eget sted"));
}

#[test]
fn the_part_of_a_goal_that_was_given_up_is_printed_as_a_goal_and_so_is_what_serves_it() {
    let plan = plan_saying("x");
    let goal = plan.items_of(ItemKind::Goal).next().unwrap().key.clone();
    let part = plan.items_of(ItemKind::SubGoal).next().unwrap().key.clone();
    let serving = NewItem::Action {
        sector: "social".parse().unwrap(),
        text: text("Madhold"),
        starts: Some("2026-07-01".parse().unwrap()),
        ends: None,
        goal: Some(part),
        taken_from: None,
        agreed: Agreement::default(),
    };
    let plan = with(plan, 20, serving);
    let headings = |plan: &Plan| -> Vec<String> {
        all(&Html::parse_document(&printed(plan)), "h4").into_iter().map(read).collect()
    };
    assert!(!headings(&plan).contains(&"Lave mad selv".to_owned()), "it stands under its goal");
    let given_up = ItemChange::Drop { reason: text("Et andet mål er vigtigere") };
    let plan = after(plan, PlanCommand::Change { item: goal, change: given_up });
    assert_eq!(headings(&plan), ["Lave mad selv"]);
    let html = Html::parse_document(&printed(&plan));
    let holding: Vec<_> =
        all(&html, "table").into_iter().map(read).filter(|table| table.contains("Madhold")).collect();
    assert!(holding.iter().any(|table| table.trim_start().starts_with("Det gør vi for at nå målet")));
    assert!(!holding.iter().any(|table| table.contains("Andet, vi gør")));
}

#[test]
fn the_copy_is_whole_html_in_danish_with_headings_in_order() {
    let html = Html::parse_document(&printed(&plan_saying("ord")));
    assert_eq!(html.errors, Vec::<std::borrow::Cow<'_, str>>::new());
    assert_eq!(all(&html, "html[lang=da]").len(), 1);
    assert!(read(all(&html, "title")[0]).starts_with("Min plan: TESTDATA Rita"));
    let levels: Vec<u32> = all(&html, "h1, h2, h3, h4, h5, h6")
        .iter()
        .map(|heading| heading.value().name()[1..].parse().unwrap())
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no level is left out: {levels:?}");
    let headings: Vec<_> = all(&html, "h2").into_iter().map(read).collect();
    assert_eq!(headings[0], "Det ønsker du");
    assert_eq!(headings.last().unwrap(), "Dine rettigheder");
    assert_eq!(all(&html, "header, main, footer").len(), 3);
}

#[test]
fn every_table_has_a_caption_and_every_heading_of_it_a_scope() {
    let html = Html::parse_document(&printed(&plan_saying("ord")));
    let tables = all(&html, "table").len();
    assert!(tables >= 4, "{tables}");
    assert_eq!(all(&html, "table > caption").len(), tables);
    assert_eq!(all(&html, "th").len(), all(&html, "thead th[scope=col], tbody th[scope=row]").len());
}

#[test]
fn nothing_in_it_runs_or_comes_from_elsewhere() {
    let html = Html::parse_document(&printed(&plan_saying(HOSTILE)));
    let foreign =
        "script, img, link, iframe, object, embed, form, [src], [href], [onerror], [onclick], base, svg";
    assert_eq!(all(&html, foreign).len(), 0);
    let policy = all(&html, "meta[http-equiv=Content-Security-Policy]");
    assert!(policy[0].value().attr("content").unwrap().starts_with("default-src 'none'"));
    assert!(!printed(&plan_saying(HOSTILE)).contains("url("));
}

#[test]
fn a_hostile_text_is_printed_as_it_reads_and_turns_no_line() {
    let page = printed(&plan_saying(HOSTILE));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{7}'));
    let html = Html::parse_document(&page);
    let goal = read(all(&html, "h4")[0]);
    assert_eq!(goal, "<script>alert(1)</script><img src=x onerror=alert(2)>& \"sådan\"");
}

#[test]
fn a_protected_address_is_not_on_the_paper_and_nothing_says_that_there_is_one() {
    let plan = plan_saying("ord");
    assert!(printed(&plan).contains("Ingenvej 7"));
    let protected = after(plan, PlanCommand::SetProtected { protected: true });
    let page = printed(&protected);
    for word in ["Ingenvej", "3200", "Adresse", "adressebeskyt"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn the_number_the_notes_and_what_others_said_are_not_on_the_paper() {
    let page = printed(&plan_saying("ord"));
    assert!(page.contains("født 1. januar 1981"));
    for text in ["610181", "1001", "Kun for sagsbehandlere", "Relative ord", "anne.jensen"] {
        assert!(!page.contains(text), "{text}");
    }
    assert!(page.contains("Citizen ord") && page.contains("dine egne ord"));
}

#[test]
fn goals_stand_with_their_parts_and_what_is_done_and_what_comes_next_by_day() {
    let html = Html::parse_document(&printed(&plan_saying("ord")));
    let captions: Vec<_> = all(&html, "caption").into_iter().map(read).collect();
    assert!(captions.contains(&"Det gør vi for at nå målet".to_owned()), "{captions:?}");
    assert!(captions.contains(&"Andet, vi gør".to_owned()), "{captions:?}");
    let days: Vec<_> = all(&html, "table:last-of-type tbody th").into_iter().map(read).collect();
    let place =
        |day: &str| days.iter().position(|shown| shown == day).unwrap_or_else(|| panic!("{day} {days:?}"));
    assert!(place("1. juli 2026") < place("3. august 2026"));
}

#[test]
fn test_data_says_so_in_large_letters() {
    assert!(printed(&plan_saying("ord")).contains("TESTDATA: denne borger findes ikke."));
}

/// A word longer than any line, and many of them.
fn long_text() -> String {
    ["Speciallægepraksisplanlægningsstabiliseringsperiode"; 40].join(" ") + &"å".repeat(300)
}

/// Writes the copy in each of its states where a browser is to look at them: `.ci/min-plan-in-browser`.
#[test]
fn every_state_of_the_copy_is_printed_and_written_where_somebody_asks() {
    let ordinary = plan_saying("Jeg vil gerne bo for mig selv, tæt på min søster");
    let protected = after(ordinary.clone(), PlanCommand::SetProtected { protected: true });
    let register = PlanCommand::Register {
        citizen: Citizen::new("6101811001".parse().unwrap()),
        caseworker: "anne.jensen".parse().unwrap(),
    };
    let empty = Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap();
    let several_pages = (0..40).fold(ordinary.clone(), |plan, n| {
        let text = text(&format!(
            "Støtte nummer {n}: en aftale, der fylder en linje eller to på papiret, så der bliver flere sider"
        ));
        with(
            plan,
            100 + n,
            NewItem::Wish { sector: "social".parse().unwrap(), text, said_by: Voice::Citizen },
        )
    });
    let states = [
        ("ordinary", ordinary),
        ("protected", protected),
        ("empty", empty),
        ("long-texts", plan_saying(&long_text())),
        ("several-pages", several_pages),
    ];
    for (name, plan) in states {
        let page = printed(&plan);
        assert_eq!(Html::parse_document(&page).errors, Vec::<std::borrow::Cow<'_, str>>::new(), "{name}");
        if let Some(folder) = std::env::var_os("ENPLAN_PRINTS") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), page).unwrap();
        }
    }
}
