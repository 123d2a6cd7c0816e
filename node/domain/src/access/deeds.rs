//! The audit log in words: what was done, and what came of it, as a citizen who asks for the log can read it.

use super::Action;

/// What was done, in Danish, by its name in the audit log; nothing where the name is unknown.
pub fn deed(name: &str) -> Option<&'static str> {
    let action = Action::ALL.into_iter().find(|action| action.as_str() == name);
    action.map(Action::danish).or_else(|| of_handovers(name))
}

/// What came of it, in Danish, by the code of a refusal.
pub fn outcome(refused: Option<&str>) -> String {
    let why = match refused {
        None => return "Udført".to_owned(),
        Some("ACCESS_ROLE") => "rollen giver ikke adgang",
        Some("ACCESS_NEED_TO_KNOW") => "sagen er hverken deres eller deres enheds",
        Some("ACCESS_DOES_NOT_APPLY") => "handlingen kan ikke bruges her",
        Some("NO_SUCH_CASE" | "not-found") => "der er ingen sådan sag",
        Some("TOO_LATE") => "det var for sent: overdragelsen er besluttet",
        Some("CITIZEN_HAS_TWO_PLANS") => "borgeren har to åbne planer her",
        Some("WRONG_DIGEST") => "pakken var ikke den, der var aftalt",
        Some("CITIZEN_ALREADY_HERE") => "borgeren har allerede en plan her",
        Some(code) => return format!("Afvist ({code})"),
    };
    format!("Afvist: {why}")
}

impl Action {
    /// What somebody who does it does, in Danish.
    pub fn danish(self) -> &'static str {
        match self {
            Self::RegisterCitizen => "Oprettede borgerens plan",
            Self::ListPlans => "Så borgeren på arbejdslisten",
            Self::SeePlan => "Så planen",
            Self::LookUpCitizen => "Slog borgeren op på CPR-nummer",
            Self::ImportReport => "Tog en indberetning ind i planen",
            Self::EditPlan => "Ændrede planen",
            Self::SetProtection => "Ændrede navne- og adressebeskyttelse",
            Self::AssignCaseworker => "Skiftede koordinerende sagsbehandler",
            Self::RecordBasis => "Registrerede et grundlag for at sende oplysninger",
            Self::WithdrawBasis => "Trak et samtykke tilbage",
            Self::OfferHandover => "Tilbød planen til en anden kommune",
            Self::RevokeHandover => "Kaldte tilbuddet om planen tilbage",
            Self::AcceptHandover => "Tog imod den tilbudte plan",
            Self::RejectHandover => "Sagde nej til den tilbudte plan",
            Self::ListHandovers => "Så overdragelsen",
            Self::ImportRelocations => "Tog et udtræk om flytninger ind",
            Self::CountRelocations => "Så, hvor mange i et udtræk om flytninger der har en plan",
            Self::RecordRelocation => "Registrerede, at borgeren er flyttet",
            Self::DecideRelocation => "Afgjorde, hvad flytningen betyder for planen",
            Self::RevealDestination => "Så, hvor den beskyttede borger er flyttet til",
            Self::AskForPlan => "Bad en anden kommune om planen",
            Self::SeeEndedSubscriptions => "Så, hvilke CPR-abonnementer der ophører",
            Self::EndSubscriptions => "Hentede, hvilke CPR-abonnementer der ophører, med CPR-nummer",
            Self::ReadAudit => "Læste opslagsloggen",
            Self::ManageAccounts => "Ændrede en konto",
            Self::ManageTerminology => "Indlæste et kodeværk",
            Self::SeeTerminology => "Så, hvad en kode betyder",
            Self::SeeStatistics => "Så kommunernes fælles statistik",
            Self::SeeOwnFigures => "Så kommunens egne tal",
            Self::RunStatistics => "Talte et kvartal sammen med de andre kommuner",
            Self::AgreeToManifest => "Sagde ja til, hvad kommunerne tæller",
            Self::SeeNodeStatus => "Så nodens tilstand",
            Self::OperateNode => "Betjente noden",
        }
    }
}

/// What is done around an action, and what the nodes do to a handover.
fn of_handovers(name: &str) -> Option<&'static str> {
    Some(match name {
        "plan.due-found" => "Fandt planens frister på ny, efter at programmets regler er ændret",
        "statistics.freeze" => "Talte borgeren med i statistikken, uden at nogen så planen",
        "print-plan" => "Skrev planen ud til borgeren",
        "export-plan" => "Gemte planen som en fil",
        "see-household" => "Så familiens planer side om side",
        "see-family-move" => "Så, hvem i familien der flytter sammen",
        "see-findings" => "Så, hvad der ikke hænger sammen i planen",
        "see-agenda" => "Så dagsordenen til et netværksmøde",
        "see-merge-proposals" => "Så, hvad der måske er det samme i planen",
        "preview-merge" => "Så, hvad det gør at lægge borgerens to planer sammen",
        "merge-plans" => "Lagde borgerens ene plan ind i den anden",
        "see-basis" => "Så grundlaget for at sende oplysninger",
        "preview-withdrawal" => "Så, hvad det gør at trække et samtykke tilbage",
        "preview-handover" => "Så, hvad en overdragelse ville sende",
        "basis.withdraw" => "Registrerede, at et samtykke er trukket tilbage",
        "handover.offer" => "Tilbød planen til en anden kommune",
        "handover.revoke" => "Kaldte tilbuddet om planen tilbage",
        "handover.accept" => "Tog imod den tilbudte plan",
        "handover.reject" => "Sagde nej til den tilbudte plan",
        "see-relocations" => "Så, hvad der vides om borgerens flytning",
        "withdraw-relocation" => "Tog en flytning tilbage, der var registreret ved en fejl",
        "see-plan-requests" => "Så, hvad kommunen har bedt andre kommuner om",
        "relocation.asked" => "Bad om planen til en borger, der er flyttet dertil",
        "relocation.request-sent" => "Sendte en anmodning om en plan",
        "relocation.request-received" => "Noterede, at den anden kommune har fået anmodningen",
        "relocation.request-lapsed" => "Slettede en anmodning om en plan, der ikke var kommet",
        "handover.waiting" => "Noterede, hvem i familien der endnu ikke kan flytte med",
        "handover.said" | "handover.heard" => "Skrev i tråden om overdragelsen",
        "handover.reminded" => "Mindede den anden kommune om overdragelsen",
        "handover.escalated" => "Bad den anden kommunes leder se på overdragelsen",
        "handover.sent" => "Sendte en besked i overdragelsen",
        "handover.preview" => "Viste, hvad der tilbydes, uden navn og nummer",
        "handover.accepted" => "Sagde ja; planen blev låst og forseglet",
        "handover.staged" => "Leverede den forseglede pakke, ulæst",
        "handover.receipt" => "Kvitterede for den forseglede pakke",
        "handover.imported" => "Åbnede den modtagne plan",
        "handover.rejected" => "Sagde nej til planen",
        "handover.ended" => "Gav besked om, at overdragelsen er slut",
        "handover.told" => "Noterede, at den anden kommune har fået besked",
        "handover.terms" => "Stoppede overdragelsen, fordi vilkårene er ændret",
        "handover.refused" => "Noterede, at registret afviste overdragelsen",
        "handover.log" => "Noterede registrets afgørelse om overdragelsen",
        "handover.time" => "Noterede, at en frist er udløbet",
        "handover.remembered" => "Fandt overdragelsen i registret efter en gendannelse",
        "handover.resumed" => "Genoptog overdragelsen efter en genstart",
        "handover.resend" => "Fandt pakken frem til modtageren igen",
        "handover.package" => "Modtog en pakke, der ikke passede",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_put_in_words_of_its_own() {
        let mut words: Vec<_> = Action::ALL.map(|action| deed(action.as_str()).unwrap()).into();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Action::ALL.len());
        assert_eq!(deed("no-such-deed"), None);
    }

    #[test]
    fn a_refusal_says_why_and_an_unknown_one_its_code() {
        assert_eq!(outcome(None), "Udført");
        assert_eq!(outcome(Some("ACCESS_ROLE")), "Afvist: rollen giver ikke adgang");
        assert_eq!(outcome(Some("SOMETHING_NEW")), "Afvist (SOMETHING_NEW)");
    }
}
