//! Real programs: what they inherit, what they say, how they end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::time::Duration;

use child::{Error, Exit, Line, MAX_LINE, Program, Running, Stream};

const SOON: Duration = Duration::from_secs(60);
const PATH: &str = "/usr/bin:/bin";

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script]).env("PATH", PATH)
}

async fn lines(running: &mut Running) -> Vec<Line> {
    let mut lines = Vec::new();
    while let Some(line) = running.next().await {
        lines.push(line);
    }
    lines
}

async fn texts(running: &mut Running) -> Vec<String> {
    lines(running).await.into_iter().map(|line| line.text).collect()
}

/// Without what shells say by themselves about a sleep that was ended under them.
async fn said_on_stdout(running: &mut Running) -> Vec<String> {
    let said = lines(running).await.into_iter().filter(|line| line.stream == Stream::Stdout);
    said.map(|line| line.text).collect()
}

/// Whether the process is gone, or a zombie that nobody collected yet.
fn gone(pid: &str) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit(')').next().unwrap().trim_start().starts_with('Z'),
        Err(_) => true,
    }
}

async fn until_gone(pid: &str) {
    let wait = async {
        while !gone(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, wait).await.unwrap_or_else(|_| panic!("process {pid} lives on"));
}

#[tokio::test]
async fn the_environment_is_empty_but_for_what_is_named() {
    let env = Program::new("/usr/bin/env").output(SOON, 4096).await.unwrap();
    assert_eq!(env.stdout, b"");
    let env = Program::new("/usr/bin/env").env("A", "1").env("B", "two words").env("A", "3");
    let env = String::from_utf8(env.output(SOON, 4096).await.unwrap().stdout).unwrap();
    let mut names: Vec<_> = env.lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["A=3", "B=two words"]);
}

#[tokio::test]
async fn arguments_arrive_as_given_and_standard_input_is_empty() {
    let args = ["", "two words", "$HOME", "*", "new\nline", "-"];
    let mut printf = Program::new("/usr/bin/printf").arg("<%s>").args(args).spawn().unwrap();
    assert_eq!(texts(&mut printf).await.join("\n"), "<><two words><$HOME><*><new\nline><->");
    let cat = Program::new("/bin/cat").output(SOON, 10).await.unwrap();
    assert_eq!((cat.exit.code, cat.stdout.len()), (Some(0), 0));
}

#[tokio::test]
async fn it_runs_in_the_directory_and_group_it_was_given() {
    let directory = tempfile::tempdir().unwrap();
    let path = camino::Utf8PathBuf::from_path_buf(directory.path().canonicalize().unwrap()).unwrap();
    let mut running =
        sh("pwd; ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat").cwd(&path).spawn().unwrap();
    let id = running.id().to_string();
    let said = texts(&mut running).await;
    assert_eq!(said.first().unwrap(), path.as_str());
    assert_eq!(said.last().unwrap().trim(), id);
}

/// Each line is written only after the one before was received, so the order is forced.
#[tokio::test]
async fn lines_of_both_streams_come_as_they_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let at = |n: usize| directory.path().join(n.to_string());
    let script = "say() { echo line $1; until [ -e $1 ]; do sleep 0.01; done; }
        say 0; say 1 >&2; say 2; say 3 >&2; printf end";
    let mut running = sh(script).cwd(camino::Utf8Path::from_path(directory.path()).unwrap()).spawn().unwrap();
    for n in 0..4 {
        let line = running.next().await.unwrap();
        let stream = if n % 2 == 0 { Stream::Stdout } else { Stream::Stderr };
        assert_eq!((line.stream, line.text), (stream, format!("line {n}")));
        std::fs::write(at(n), "").unwrap();
    }
    assert_eq!(texts(&mut running).await, ["end"]);
    assert_eq!(running.next().await, None);
    assert!(running.wait().await.unwrap().success());
}

#[tokio::test]
async fn a_huge_line_is_cut_and_marked() {
    let script = "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo short; echo err >&2";
    let mut running = sh(script).spawn().unwrap();
    let all = lines(&mut running).await;
    let out: Vec<_> = all.iter().filter(|line| line.stream == Stream::Stdout).collect();
    assert_eq!(
        out.iter().map(|l| (l.text.len(), l.truncated)).collect::<Vec<_>>(),
        [(MAX_LINE, true), (5, false)]
    );
    assert!(all.iter().any(|line| line.stream == Stream::Stderr && line.text == "err"));
}

#[tokio::test]
async fn a_hundred_thousand_lines_arrive_in_order() {
    let mut running = sh("seq 1 100000").spawn().unwrap();
    let said = texts(&mut running).await;
    assert!(
        said.iter().map(String::as_str).eq((1..=100_000).map(|n| n.to_string()).collect::<Vec<_>>().iter())
    );
    assert_eq!(running.dropped(), 0);
}

#[tokio::test]
async fn waiting_alone_does_not_block_a_talkative_program_and_counts_what_it_gave_up() {
    let mut running = sh("seq 1 200000").spawn().unwrap();
    assert!(running.wait().await.unwrap().success());
    let kept = texts(&mut running).await;
    assert!(running.dropped() > 0);
    assert_eq!(kept.len() as u64 + running.dropped(), 200_000);
    assert_eq!(kept.last().unwrap(), "200000");
    assert!(running.wait().await.unwrap().success(), "the end is remembered");
}

#[tokio::test]
async fn codes_and_signals_are_told_apart() {
    for (script, exit, text) in [
        ("exit 0", Exit { code: Some(0), signal: None }, "exit code 0"),
        ("exit 77", Exit { code: Some(77), signal: None }, "exit code 77"),
        ("kill -9 $$", Exit { code: None, signal: Some(9) }, "ended by signal 9"),
        ("kill -15 $$", Exit { code: None, signal: Some(15) }, "ended by signal 15"),
    ] {
        let mut running = sh(script).spawn().unwrap();
        let got = running.wait().await.unwrap();
        assert_eq!((got, got.to_string().as_str(), got.success()), (exit, text, script == "exit 0"));
    }
}

#[tokio::test]
async fn stop_lets_the_program_say_its_last_words() {
    let script = "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done";
    let mut running = sh(script).spawn().unwrap();
    assert_eq!(running.next().await.unwrap().text, "up");
    assert_eq!(running.stop(SOON).await.unwrap().code, Some(3));
    assert_eq!(said_on_stdout(&mut running).await, ["bye"]);
    assert_eq!(running.stop(SOON).await.unwrap().code, Some(3), "a second stop changes nothing");
}

#[tokio::test]
async fn stop_waits_for_the_grandchild_that_is_still_cleaning_up() {
    let script =
        "sh -c 'trap \"sleep 0.3; echo cleaned; exit\" TERM; echo up; while :; do sleep 0.05; done' & wait";
    let mut running = sh(script).spawn().unwrap();
    assert_eq!(running.next().await.unwrap().text, "up");
    assert_eq!(running.stop(SOON).await.unwrap().signal, Some(15));
    assert_eq!(said_on_stdout(&mut running).await, ["cleaned"]);
}

#[tokio::test]
async fn stop_kills_what_will_not_end_with_all_its_children() {
    let script = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & echo $$; wait; while :; do sleep 1; done";
    let mut running = sh(script).spawn().unwrap();
    let pids = [running.next().await.unwrap().text, running.next().await.unwrap().text];
    assert!(pids.contains(&running.id().to_string()));
    let exit = running.stop(Duration::from_millis(100)).await.unwrap();
    assert_eq!(exit, Exit { code: None, signal: Some(9) });
    for pid in &pids {
        until_gone(pid).await;
    }
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_killed_and_does_not_hold_its_output_open() {
    let mut running = sh("sleep 1000 & echo $!; exit 5").spawn().unwrap();
    let said = texts(&mut running).await;
    assert_eq!(running.wait().await.unwrap().code, Some(5));
    until_gone(said.first().unwrap()).await;
}

#[tokio::test]
async fn a_process_that_left_the_group_does_not_hold_up_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let script =
        "setsid sh -c 'echo $$ > pid; exec sleep 1000' & until [ -s pid ]; do sleep 0.01; done; cat pid";
    let mut running = sh(script).cwd(camino::Utf8Path::from_path(directory.path()).unwrap()).spawn().unwrap();
    let said = tokio::time::timeout(SOON, texts(&mut running)).await.unwrap();
    assert!(running.wait().await.unwrap().success());
    let escaped = said.first().unwrap();
    assert!(!gone(escaped), "it left on purpose, so it lives");
    Program::new("/bin/sh").args(["-c", &format!("kill {escaped}")]).output(SOON, 10).await.unwrap();
}

#[tokio::test]
async fn dropping_kills_the_whole_group() {
    let mut running = sh("sleep 1000 & echo $!; wait").spawn().unwrap();
    let grandchild = running.next().await.unwrap().text;
    let leader = running.id().to_string();
    drop(running);
    until_gone(&grandchild).await;
    until_gone(&leader).await;
}

#[tokio::test]
async fn next_can_be_cancelled_without_losing_a_line() {
    let mut running = sh("for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.02; done").spawn().unwrap();
    let mut said = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(3), running.next()).await {
            Ok(Some(line)) => said.push(line.text),
            Ok(None) => break,
            Err(_) => {}
        }
    }
    assert_eq!(said.concat(), "123456789");
}

#[tokio::test]
async fn a_short_command_is_collected_and_bounded() {
    let output = sh("echo out; echo err >&2; exit 4").output(SOON, 4).await.unwrap();
    assert_eq!((output.exit.code, &*output.stdout, &*output.stderr), (Some(4), &b"out\n"[..], &b"err\n"[..]));
    let error = sh("echo $$ >&2; yes").output(SOON, 10_000).await.unwrap_err();
    assert!(matches!(error, Error::TooMuch { stream: Stream::Stdout, limit: 10_000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_short_command_that_hangs_is_killed_with_its_children() {
    let directory = tempfile::tempdir().unwrap();
    let noted = directory.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", noted.display());
    let error = sh(&script).output(Duration::from_secs(2), 10).await.unwrap_err();
    assert!(matches!(error, Error::Deadline { .. }), "{error:?}");
    until_gone(std::fs::read_to_string(noted).unwrap().trim()).await;
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let no = |program: Program| program.spawn().unwrap_err();
    assert!(matches!(no(Program::new("helm")), Error::BareName { .. }));
    assert!(matches!(no(sh("true").cwd("/no/where")), Error::NoDirectory { .. }));
    let kind = |error| match error {
        Error::Spawn { source, .. } => source.kind(),
        other => panic!("{other:?}"),
    };
    assert_eq!(kind(no(Program::new("/no/such"))), std::io::ErrorKind::NotFound);
    assert_eq!(kind(no(Program::new("/etc/passwd"))), std::io::ErrorKind::PermissionDenied);
    assert_eq!(kind(no(Program::new("/bin/true").arg("a\0b"))), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn what_it_reads_is_what_was_given_also_where_it_reads_nothing() {
    let text = vec![b'x'; 1 << 20];
    let cat = Program::new("/bin/cat").input(text.clone()).output(SOON, 2 << 20).await.unwrap();
    assert_eq!(cat.stdout, text);
    let deaf = Program::new("/bin/true").input(text).output(SOON, 4096).await.unwrap();
    assert!(deaf.exit.success());
}
