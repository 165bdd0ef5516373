//! A program whose output is masked, byte for byte, as it comes.

use std::time::Duration;

use child::{Exit, Program, Running, Stream};
use redact::{Masker, Reason};
use secret_vault::{Opened, Secret};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use super::actions;
use crate::trouble::{Refusal, Trouble};

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(30);

/// So many unmasked values are named; the rest is counted.
const NAMED: usize = 10;

/// Runs the program with what it says masked; its exit code.
pub(crate) async fn run(program: Program, opened: &[Opened], on_actions: bool) -> Result<u8, Refusal> {
    let secrets: Vec<Secret> = opened.iter().flat_map(Opened::secrets).collect();
    let values = secrets.iter().map(|secret| (secret.tag().to_owned(), secret.expose()));
    let (masker, warnings) = Masker::new(values).map_err(|error| Refusal::failed(&error))?;
    if on_actions {
        actions::add_masks(secrets.iter().map(Secret::expose));
    }
    let short: Vec<_> = warnings.iter().filter(|warning| warning.reason != Reason::Public).collect();
    for warning in short.iter().take(NAMED) {
        anstream::eprintln!("warning: {warning}");
    }
    if let Some(rest) = short.len().checked_sub(NAMED).filter(|rest| *rest > 0) {
        anstream::eprintln!("warning: {rest} more values are not masked");
    }
    // A program in a group of its own is stopped when it reads from a terminal.
    let program =
        if std::io::IsTerminal::is_terminal(&std::io::stdin()) { program } else { program.take_input() };
    let mut running = program.spawn().map_err(|error| Refusal::failed(&error))?;
    let exit = pump(&mut running, &masker).await?;
    Ok(code(exit))
}

async fn pump(running: &mut Running, masker: &Masker) -> Result<Exit, Refusal> {
    let failed = |error: child::Error| Refusal::failed(&error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Trouble::Runtime)?;
    let mut end = signal(SignalKind::terminate()).map_err(Trouble::Runtime)?;
    let (mut out, mut err) = (masker.stream(), masker.stream());
    let mut patience: Option<Instant> = None;
    loop {
        tokio::select! {
            read = running.bytes() => match read {
                Some((Stream::Stdout, bytes)) => say(&mut std::io::stdout().lock(), &out.push(&bytes))?,
                Some((Stream::Stderr, bytes)) => say(&mut std::io::stderr().lock(), &err.push(&bytes))?,
                None => break,
            },
            _ = interrupt.recv(), if patience.is_none() => {
                running.terminate().map_err(failed)?;
                patience = Some(Instant::now() + GRACE);
            }
            _ = end.recv(), if patience.is_none() => {
                running.terminate().map_err(failed)?;
                patience = Some(Instant::now() + GRACE);
            }
            () = sleep_until(patience.unwrap_or_else(Instant::now)), if patience.is_some() => {
                running.stop(Duration::ZERO).await.map_err(failed)?;
                break;
            }
        }
    }
    let exit = running.wait().await.map_err(failed)?;
    say(&mut std::io::stdout().lock(), &out.finish())?;
    say(&mut std::io::stderr().lock(), &err.finish())?;
    Ok(exit)
}

fn say(to: &mut impl std::io::Write, bytes: &[u8]) -> Result<(), Trouble> {
    to.write_all(bytes).and_then(|()| to.flush()).map_err(Trouble::Stdout)
}

/// As a shell counts it.
fn code(exit: Exit) -> u8 {
    let number = exit.code.or(exit.signal.map(|signal| 128 + signal));
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(1)
}
