//! Whose words something is, to and from messages.

use enplan_domain::plan::Voice;
use enplan_proto::plan::v1 as proto;

use crate::failure::Failure;

/// Whose words somebody says that they are.
pub(super) fn read(voice: i32) -> Result<Voice, Failure> {
    match proto::Voice::try_from(voice) {
        Ok(proto::Voice::Citizen) => Ok(Voice::Citizen),
        Ok(proto::Voice::CustodyHolder) => Ok(Voice::CustodyHolder),
        Ok(proto::Voice::Guardian) => Ok(Voice::Guardian),
        Ok(proto::Voice::Relative) => Ok(Voice::Relative),
        Ok(proto::Voice::Professional) => Ok(Voice::Professional),
        Ok(proto::Voice::Unspecified) | Err(_) => Err(Failure::field(
            "said_by",
            "VOICE_MISSING",
            "say whose words it is",
            "Angiv, hvem der har sagt det: borgeren, forældremyndighedsindehaveren, værgen, en pårørende eller en \
             fagperson.",
        )),
    }
}

/// Whose words they are, as messages say it.
pub(super) fn shown(voice: Option<Voice>) -> proto::Voice {
    match voice {
        None => proto::Voice::Unspecified,
        Some(Voice::Citizen) => proto::Voice::Citizen,
        Some(Voice::CustodyHolder) => proto::Voice::CustodyHolder,
        Some(Voice::Guardian) => proto::Voice::Guardian,
        Some(Voice::Relative) => proto::Voice::Relative,
        Some(Voice::Professional) => proto::Voice::Professional,
    }
}
