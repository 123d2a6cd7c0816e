//! The federation's certificate authority.

use std::path::{Path, PathBuf};

use enplan_domain::Clock;
use enplan_transport::authority::{Authority, AuthorityError, Validity};

use crate::arguments::{AuthorityCreate, AuthoritySign};
use crate::files::{self, FileError, Readers};

/// The authority could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityCommandError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

/// Makes a new authority in a folder, which it makes too. Returns the certificate's file, which every node needs.
pub(crate) fn create(
    arguments: &AuthorityCreate,
    clock: &dyn Clock,
) -> Result<PathBuf, AuthorityCommandError> {
    let authority = Authority::create(&arguments.federation, arguments.days, clock.now())?;
    files::make_folder(&arguments.dir)?;
    authority.save(&arguments.dir)?;
    Ok(certificate_in(&arguments.dir))
}

/// The authority's certificate in its folder.
pub(crate) fn certificate_in(folder: &Path) -> PathBuf {
    folder.join(enplan_transport::authority::CERTIFICATE_FILE)
}

/// Certifies the key in a request, and writes the certificate to a file that was not there.
pub(crate) fn sign(arguments: &AuthoritySign, clock: &dyn Clock) -> Result<(), AuthorityCommandError> {
    let authority = Authority::load(&arguments.dir)?;
    let request = files::read_text(&arguments.request)?;
    let validity = Validity::days(clock.now(), arguments.days);
    let certificate =
        authority.sign(&request, arguments.municipality, &arguments.dns, &arguments.ip, validity)?;
    Ok(files::write_new(&arguments.out, certificate.as_bytes(), Readers::Everyone)?)
}
