//! Who works in the demo network: the same in every municipality, in two units.

use enplan_domain::access::Role;

/// The unit for families and social matters, which the team lead leads.
pub(super) const FAMILY_UNIT: &str = "Borger og Familie";
/// The unit for work and education, whose citizens the other one does not see.
pub(super) const WORK_UNIT: &str = "Job og Uddannelse";

/// A member of staff, the same in every municipality.
#[derive(Debug)]
pub(super) struct Staff {
    /// The name to log in with.
    pub(super) username: &'static str,
    /// The name to show.
    pub(super) display_name: &'static str,
    /// What they are.
    pub(super) role: Role,
    /// Where they work.
    pub(super) unit: &'static str,
}

/// Everybody who can log in.
pub(super) const STAFF: [Staff; 6] = [
    staff("sagsbehandler", "Sanne Sagsbehandler", Role::Caseworker, FAMILY_UNIT),
    staff("sagsbehandler2", "Søren Sagsbehandler", Role::Caseworker, WORK_UNIT),
    staff("teamleder", "Tove Teamleder", Role::TeamLead, FAMILY_UNIT),
    staff("drift", "Dorthe Drift", Role::Operator, FAMILY_UNIT),
    staff("dpo", "Dines Databeskyttelse", Role::Dpo, FAMILY_UNIT),
    staff("koordinator", "Karen Koordinator", Role::Coordinator, FAMILY_UNIT),
];

/// The caseworker who comes first: in profiles, and in the unit for families.
pub(super) const FIRST_CASEWORKER: &str = STAFF[0].username;

/// The data protection officer, who agrees to what is counted.
pub(super) const DPO: &str = STAFF[4].username;

/// The team lead, who takes some cases in.
pub(super) const TEAM_LEAD: &str = STAFF[2].username;

/// The caseworker of a unit.
pub(super) fn caseworker_of(unit: &str) -> &'static str {
    let here = STAFF.iter().find(|staff| staff.role == Role::Caseworker && staff.unit == unit);
    here.map_or(FIRST_CASEWORKER, |staff| staff.username)
}

const fn staff(username: &'static str, display_name: &'static str, role: Role, unit: &'static str) -> Staff {
    Staff { username, display_name, role, unit }
}

#[cfg(test)]
mod tests {
    use enplan_domain::UserName;
    use enplan_domain::access::Unit;

    use super::*;

    #[test]
    fn every_user_name_and_every_unit_is_one() {
        for staff in &STAFF {
            staff.username.parse::<UserName>().unwrap();
            staff.unit.parse::<Unit>().unwrap();
        }
    }

    #[test]
    fn each_unit_has_a_caseworker_of_its_own() {
        assert_ne!(caseworker_of(FAMILY_UNIT), caseworker_of(WORK_UNIT));
    }
}
