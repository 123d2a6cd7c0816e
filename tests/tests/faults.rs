//! What a handover survives: nodes killed at any moment, a leader lost, majorities away, a receiver who is down.
//! Afterwards there is one owner, nothing is lost, and nobody had to lend a hand.

use std::thread;

use enplan_tests::casework::text;
use enplan_tests::{Citizen, HILLEROED, Journey, Network, Node};
use serde_json::json;

#[test]
fn a_source_that_is_killed_at_any_moment_ends_with_one_owner_and_nothing_lost() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let source = network.node("gribskov");
    // As soon as the offer is taken: the registry may not have heard of it.
    let journey = Journey::begin(&from, &to);
    source.kill();
    source.start();
    to.accepts(&journey.transfer);
    journey.arrives();
    // As soon as the receiver has accepted, and a few moments of the protocol later.
    for moment in ["offered", "frozen", "committing", "pending", "handed-over"] {
        let journey = Journey::begin(&from, &to);
        to.accepts(&journey.transfer);
        from.lets_run_until(&journey.transfer, moment);
        source.kill();
        source.start();
        journey.arrives();
    }
}

#[test]
fn a_destination_that_is_killed_at_any_moment_ends_with_one_owner_and_nothing_lost() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let destination = network.node("hilleroed");
    // As soon as the offer has come in.
    let journey = Journey::begin(&from, &to);
    to.awaits_offer(&journey.transfer);
    destination.kill();
    destination.start();
    to.accepts(&journey.transfer);
    journey.arrives();
    for moment in ["accepted", "staged", "opening", "imported", "active"] {
        let journey = Journey::begin(&from, &to);
        to.accepts(&journey.transfer);
        to.lets_run_until(&journey.transfer, moment);
        destination.kill();
        destination.start();
        journey.arrives();
    }
}

#[test]
fn both_sides_killed_while_a_minority_is_left_settle_it_when_the_rest_return() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let stays = from.registers_with_plan(&Citizen::new());
    let journey = Journey::begin(&from, &to);
    to.awaits_offer(&journey.transfer);
    // Five of nine go: no majority, so that nothing can be committed. The four are without a leader or with an idle one.
    let away = network.leave_a_minority_with(["gribskov", "hilleroed"]);
    to.accepts(&journey.transfer);
    from.lets_run_until(&journey.transfer, "committing");
    to.lets_run_until(&journey.transfer, "staged");

    // The handover waits; it is said for what; and the plan is shown and not changed. Everything else goes on.
    let waiting = from.does(&["handover", "show", &journey.transfer]);
    assert_eq!((&waiting["state"], &waiting["phase"]), (&json!("accepted"), &json!("committing")));
    from.tries(&["handover", "watch", &journey.transfer, "--timeout", "1"]).is_refused(5, "STILL_OPEN");
    from.adds_goal(&journey.case, "Et mål for sent", "social").is_refused(1, "HANDOVER_UNDER_WAY");
    assert_eq!(from.sees(&journey.case)["hold"], "frozen");
    from.adds_goal(&stays, "Et mål til en anden", "social").done();
    from.sees(&stays);

    // In the middle of it, both sides are lost. Without a majority neither may serve when it is back.
    let (source, destination) = (network.node("gribskov"), network.node("hilleroed"));
    source.kill();
    destination.kill();
    source.launch(&[]);
    destination.launch(&[]);
    thread::scope(|scope| {
        scope.spawn(|| network.start_some(&away));
    });
    source.await_ready();
    destination.await_ready();
    journey.arrives();
}

#[test]
fn the_registrys_leader_killed_during_a_handover_delays_it_and_no_more() {
    let network = Network::own();
    let leader = network.leader("gribskov");
    let mut others = network.nodes().iter().filter(|node| node.code != leader.code);
    let (from, to) = (others.next(), others.next());
    let person = |node: Option<&Node>| node.map(|node| network.caseworker(&node.profile));
    let (Some(from), Some(to)) = (person(from), person(to)) else { panic!("nine nodes and one leader") };
    let journey = Journey::begin(&from, &to);
    to.accepts(&journey.transfer);
    leader.kill();
    journey.arrives();
    assert_ne!(network.leader(&from.node.profile).code, leader.code);

    // And once more with the new leader as the source; the old one is back by then, and has learnt what it missed.
    leader.start();
    let leader = network.leader(&from.node.profile);
    let (from, to) = (network.caseworker(&leader.profile), network.caseworker(&other_than(leader, &network)));
    let journey = Journey::begin(&from, &to);
    to.accepts(&journey.transfer);
    leader.kill();
    leader.start();
    journey.arrives();
}

fn other_than(node: &Node, network: &Network) -> String {
    let other = network.nodes().iter().find(|other| other.code != node.code);
    other.map_or_else(|| panic!("nine nodes"), |other| other.profile.clone())
}

#[test]
fn a_plan_that_goes_there_and_back_is_whole_and_belongs_to_one_at_every_step() {
    let network = Network::own();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let first = gribskov.registers_with_plan(&citizen);
    let mut case = first.clone();
    for (epoch, from, to) in
        [(2, &gribskov, &hilleroed), (3, &hilleroed, &gribskov), (4, &gribskov, &hilleroed)]
    {
        let journey = Journey::offer(from, to, citizen.clone(), case);
        to.accepts(&journey.transfer);
        journey.arrives();
        let plan = to.looks_up(&citizen).done();
        assert_eq!(plan["epoch"], json!(epoch));
        case = text(&plan, "case_id");
        assert!(
            to.node.profile != "gribskov" || case == first,
            "the case that came back is the one that left"
        );
    }
}

#[test]
fn an_offer_to_a_node_that_is_down_waits_and_comes_when_it_is_back() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    network.node("hilleroed").kill();
    let journey = Journey::begin(&from, &to);
    let other = Journey::begin(&from, &network.caseworker("halsnaes"));
    other.to.accepts(&other.transfer);
    other.arrives();
    assert_eq!(from.does(&["handover", "show", &journey.transfer])["state"], "sent");
    assert!(network.status("gribskov")["outbox"].as_u64().is_some_and(|waiting| waiting > 0));

    network.node("hilleroed").start();
    to.accepts(&journey.transfer);
    journey.arrives();
    assert_eq!(network.status("gribskov")["outbox"], 0);
    assert_eq!(text(&journey.to.looks_up(&journey.citizen).done()["received_from"], "name"), "Gribskov");
    assert_eq!(journey.to.node.name, HILLEROED);
}
