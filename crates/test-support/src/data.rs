//! Where recorded and real data lie.

use camino::Utf8PathBuf;

use crate::skip;

/// The folder `fixtures/` at the top of the repository.
#[must_use]
pub fn fixtures() -> Utf8PathBuf {
    Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))
}

/// The folder of real data files that `TEST_SAMPLES` names, or a loud skip of `test`.
#[expect(clippy::disallowed_methods, reason = "the environment is how a test command talks to tests")]
#[must_use]
pub fn samples_or_skip(test: &str) -> Option<Utf8PathBuf> {
    match std::env::var("TEST_SAMPLES") {
        Ok(path) if !path.is_empty() => Some(path.into()),
        _ => {
            skip(test, "TEST_SAMPLES names no folder of real data files");
            None
        }
    }
}

/// How many cases a test goes through: `sample`, or what a long proof asks for in `PROVE_SCALE`.
#[expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "the environment is how a test command talks to tests, and a proof that is not one is red"
)]
#[must_use]
pub fn proof_scale(sample: usize) -> usize {
    match std::env::var("PROVE_SCALE") {
        Ok(scale) => scale.parse().unwrap_or_else(|error| panic!("PROVE_SCALE is `{scale}`: {error}")),
        Err(_) => sample,
    }
}
