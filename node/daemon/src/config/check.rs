//! Whether what the configuration names is there, can be used, and belongs together.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use enplan_domain::Clock;
use enplan_registry::{Founding, SigningKey};
use enplan_transport::Credentials;

use super::Config;
use super::problems::ConfigProblems;

impl Config {
    /// Looks at everything that the configuration in this file names, and changes nothing.
    ///
    /// # Errors
    /// All that would keep the node from starting, or from being believed by the others.
    pub(crate) fn check(&self, file: &Path, clock: &Arc<dyn Clock>) -> Result<(), ConfigProblems> {
        let mut problems = ConfigProblems::none(file);
        self.check_data_dir(&mut problems);
        if self.listen.api == self.listen.peer && self.listen.api.port() != 0 {
            problems.add("[listen] has the same address for users and for other nodes: choose two");
        }
        self.check_credentials(clock, &mut problems);
        if let Err(error) = self.key_encryption_key() {
            problems.add_error("[keys] key_encryption", &error);
        }
        let signing = self.signing_key().map_err(|error| problems.add_error("[keys] signing", &error)).ok();
        match self.founding() {
            Ok(founding) => self.check_founding(&founding, signing.as_ref(), &mut problems),
            Err(error) => problems.add_error("[registry]", &error),
        }
        problems.or(Some(()))
    }

    fn check_data_dir(&self, problems: &mut ConfigProblems) {
        let shown = self.data_dir.display();
        match fs::metadata(&self.data_dir) {
            Ok(about) if !about.is_dir() => {
                problems.add(format!("data_dir: {shown} is a file: give a folder"));
            }
            Ok(about) if about.permissions().mode() & 0o077 != 0 => {
                problems
                    .add(format!("data_dir: others than its owner may enter {shown}: run chmod 700 on it"));
            }
            Ok(_) => {}
            // The node makes the folder itself, not those above it: a misspelt path should not come true.
            Err(_) if self.data_dir.parent().is_some_and(Path::is_dir) => {}
            Err(error) => {
                problems
                    .add(format!("data_dir: {shown} cannot be reached ({error}): make the folder above it"));
            }
        }
    }

    fn check_credentials(&self, clock: &Arc<dyn Clock>, problems: &mut ConfigProblems) {
        match Credentials::load(&self.credential_files(), &self.federation, clock) {
            Ok(credentials) if credentials.identity().municipality != self.municipality => {
                problems.add(format!(
                    "[tls] certificate: it is for municipality {}, and this node is {}: give this node's own",
                    credentials.identity().municipality,
                    self.municipality
                ));
            }
            Ok(_) => {}
            Err(error) => problems.add_error("[tls]", &error),
        }
    }

    fn check_founding(
        &self,
        founding: &Founding,
        signing: Option<&SigningKey>,
        problems: &mut ConfigProblems,
    ) {
        if founding.federation() != self.federation {
            problems.add(format!(
                "[registry] members: they founded {:?}, and `federation` is {:?}: one of the two is another federation's",
                founding.federation(),
                self.federation
            ));
        }
        match founding.member(self.municipality) {
            None => problems.add(format!(
                "[registry] members: municipality {} is not among them: check `municipality`, or ask for the newest list",
                self.municipality
            )),
            Some(member) if signing.is_some_and(|key| key.public() != member.key) => problems.add(
                "[keys] signing: the others know another key of this municipality: give the one that member.json was made with",
            ),
            Some(_) => {}
        }
    }
}
