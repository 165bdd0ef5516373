//! Builds the missing programs of one module into the cache.

use camino::Utf8Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::Instant;

use super::Tool;
use super::pins::Module;
use crate::{Error, Event, Report, error};

/// Builds `tools`, all of `module`, with the compiler `go`. One build at a time per module and
/// machine; whoever waited finds the programs there and builds nothing.
pub(super) async fn build(
    go: &Utf8Path,
    cache: &Utf8Path,
    module: &Module,
    tools: &[Tool],
    report: Report<'_>,
) -> Result<(), Error> {
    let folder = cache.join(module.folder());
    std::fs::create_dir_all(&folder).map_err(error::io("create", &folder))?;
    let _lock = crate::lock::hold(folder.join(".lock")).await?;
    let missing: Vec<Tool> =
        tools.iter().copied().filter(|tool| !folder.join(tool.file()).is_file()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let began = Instant::now();
    report(Event::BuildStarted { module: module.name, tools: missing.clone() });
    let work = folder.join(".build");
    write_module(&work, module)?;
    compile(go, &work, module, &missing, began, report).await?;
    for tool in &missing {
        let (from, to) = (work.join("out").join(tool.built_as()), folder.join(tool.file()));
        std::fs::rename(&from, &to).map_err(error::io("install", &to))?;
    }
    std::fs::remove_dir_all(&work).map_err(error::io("remove", &work))?;
    report(Event::BuildDone { module: module.name, elapsed: began.elapsed() });
    Ok(())
}

fn write_module(work: &Utf8Path, module: &Module) -> Result<(), Error> {
    let _ = std::fs::remove_dir_all(work);
    std::fs::create_dir_all(work.join("out")).map_err(error::io("create", work))?;
    for (name, text) in [("go.mod", module.go_mod), ("go.sum", module.go_sum), ("tools.go", module.tools_go)]
    {
        let path = work.join(name);
        std::fs::write(&path, text).map_err(error::io("write", &path))?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate runs a control plane of processes for tests; it ships in no binary"
)]
async fn compile(
    go: &Utf8Path,
    work: &Utf8Path,
    module: &Module,
    tools: &[Tool],
    began: Instant,
    report: Report<'_>,
) -> Result<(), Error> {
    let mut child = tokio::process::Command::new(go)
        .args(["build", "-v", "-trimpath", "-ldflags", module.ldflags, "-o", "out/"])
        .args(tools.iter().map(|tool| tool.package()))
        .current_dir(work)
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "-mod=readonly")
        .env("GOWORK", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(error::io("start", go))?;
    let Some(stderr) = child.stderr.take() else {
        return Err(error::io("read", go)(std::io::Error::other("no standard error")));
    };
    let mut lines = BufReader::new(stderr).lines();
    let mut said: Vec<String> = Vec::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            line = lines.next_line() => match line.map_err(error::io("read", go))? {
                Some(line) => said.push(line),
                None => break,
            },
            _ = ticks.tick() => report(Event::BuildTick {
                module: module.name,
                elapsed: began.elapsed(),
                last_line: said.last().cloned(),
            }),
        }
    }
    let status = child.wait().await.map_err(error::io("wait for", go))?;
    if status.success() {
        return Ok(());
    }
    let tail = said.split_off(said.len().saturating_sub(15));
    Err(Error::Build { module: module.name, status: status.to_string(), said: tail.join("\n") })
}
