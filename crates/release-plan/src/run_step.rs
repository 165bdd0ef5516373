//! The plan of a step that runs a program: what is run, since nobody can say what it does.

use std::time::Duration;

use names::StepName;
use sha2::{Digest as _, Sha256};

use crate::veil::Veil;
use crate::{Action, RunPlan, StepPlan};

/// A program and how it is run.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// Its path in the repository.
    pub path: &'a str,
    /// Its text, where it can be read.
    pub text: Option<&'a [u8]>,
    /// Whether the text is a secret.
    pub sealed: bool,
    /// Its arguments.
    pub args: &'a [String],
    /// How long it may take.
    pub timeout: Duration,
    /// Whether its failure ends the member's part of the run.
    pub required: bool,
    /// The arguments with which it undoes its work.
    pub undo: Option<&'a [String]>,
}

/// How much of a digest is shown.
const SHOWN: usize = 6;

/// What is run.
#[must_use]
pub fn run_step(step: StepName, number: usize, program: &Program<'_>, veil: &Veil) -> StepPlan {
    let words = |words: &[String]| words.iter().map(|word| veil.text(word)).collect::<Vec<_>>();
    let digest = |text: &[u8]| {
        let sum = Sha256::digest(text);
        format!("sha256:{}", crate::hex(sum.get(..SHOWN).unwrap_or_default()))
    };
    let digest =
        program.text.and_then(|text| if program.sealed { veil.digest(text) } else { Some(digest(text)) });
    let run = RunPlan {
        program: program.path.to_owned(),
        args: words(program.args),
        digest,
        timeout_seconds: program.timeout.as_secs(),
        required: program.required,
        undo: program.undo.map(words),
    };
    StepPlan { step, number, action: Action::Run(run), impacts: Vec::new(), unproven: None }
}
