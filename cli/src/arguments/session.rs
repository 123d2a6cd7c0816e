//! `login`.

use std::path::PathBuf;

use clap::Args;

use super::Input;

pub(crate) const LOGIN_EXAMPLES: &str = "\
Eksempler:
  enplan login --node https://localhost:7401 --ca ca.pem --user anna
  enplan login --profile gribskov --node https://localhost:7406 --ca ca.pem --user anna
  enplan login --user anna --password-file -
  enplan login";

/// How to log in. What is left out is taken from the profile, if it was used before.
#[derive(Debug, Args)]
pub(crate) struct LogInArguments {
    /// Nodens adresse, https://VÆRT:PORT [ellers: den i profilen]
    #[arg(long, value_name = "URL")]
    pub(crate) node: Option<String>,
    /// Fil med den CA, som nodens certifikat er udstedt af (PEM) [ellers: den i profilen]
    #[arg(long, value_name = "FIL")]
    pub(crate) ca: Option<PathBuf>,
    /// Brugernavn [ellers: det i profilen]
    #[arg(long, value_name = "NAVN")]
    pub(crate) user: Option<String>,
    /// Fil med adgangskoden, - for stdin [ellers: der spørges]. En adgangskode skrives aldrig på kommandolinjen
    #[arg(long, value_name = "FIL")]
    pub(crate) password_file: Option<Input>,
}
