//! `deploy diagnose`: verdicts on objects that somebody saved.

use std::io::Read;

use camino::Utf8Path;
use rollout_waiter::{Policy, Verdict};

use super::verdicts;
use crate::args::{DiagnoseArgs, Output};
use crate::exit;
use crate::trouble::{Refusal, Trouble};

/// A namespace of ten thousand pods is a tenth of this.
const LIMIT_MIB: u64 = 512;

/// Prints the verdicts; the exit code.
pub(crate) fn diagnose(args: &DiagnoseArgs, output: Output) -> Result<u8, Refusal> {
    let text = read(&args.from)?;
    let list = serde_json::from_slice(&text).map_err(|source| Trouble::NotJson {
        path: args.from.clone(),
        line: source.line(),
        column: source.column(),
        source,
    })?;
    let found = rollout_waiter::diagnose(&list, args.at, &Policy::default())
        .map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))?;
    let judgements = &found.judgements;
    match output {
        Output::Human => {
            let (verdict, count) = (judgements.verdict, verdicts::count(&judgements.objects));
            let headline = format!("{verdict} at {}: {count}", found.at);
            anstream::print!("{}", verdicts::human(&headline, &judgements.objects, &[]));
        }
        Output::Json => anstream::println!("{}", verdicts::json(&judgements.report())),
    }
    Ok(if judgements.verdict == Verdict::Failed { exit::FAILED_BEFORE } else { exit::DONE })
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: path.to_owned(), source };
    let file: Box<dyn Read> = if path == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(unreadable)?)
    };
    let limit = LIMIT_MIB * 1024 * 1024;
    let mut text = Vec::new();
    file.take(limit + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > limit {
        return Err(Trouble::TooLarge { path: path.to_owned(), limit: LIMIT_MIB }.into());
    }
    Ok(text)
}
