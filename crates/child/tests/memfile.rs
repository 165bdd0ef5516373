//! Files in memory reach the program they are handed to, and nobody else.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]
#![cfg(target_os = "linux")]

use std::io::{Seek as _, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::Arc;
use std::time::Duration;

use child::{Memfile, Program};

const SOON: Duration = Duration::from_secs(60);

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script]).env("PATH", "/usr/bin:/bin")
}

async fn stdout_of(program: Program) -> String {
    String::from_utf8(program.output(SOON, 1 << 20).await.unwrap().stdout).unwrap()
}

async fn stdout(program: Program) -> String {
    let output = program.output(SOON, 1 << 20).await.unwrap();
    assert!(output.exit.success(), "{} {}", output.exit, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The descriptors of a program, without the one by which it lists them.
async fn open_files(handed: Option<Arc<Memfile>>) -> Vec<String> {
    let mut ls = Program::new("/bin/ls").args(["-l", "/proc/self/fd"]);
    if let Some(file) = handed {
        ls = ls.hand(file);
    }
    let text = stdout(ls).await;
    let own = |line: &&str| !(line.contains(" -> /proc/") && line.ends_with("/fd"));
    text.lines().filter(|line| line.contains(" -> ")).filter(own).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_handed_file_is_read_twice_by_child_and_grandchild() {
    let file = Arc::new(Memfile::new("values", b"one\n").unwrap());
    let script = format!("cat {0}; cat {0}; /bin/sh -c 'cat {0}; cat {0}'", file.path());
    assert_eq!(stdout(sh(&script).hand(file)).await, "one\none\none\none\n");
}

#[tokio::test]
async fn several_files_keep_their_numbers() {
    let files: Vec<_> =
        (0..20).map(|n| Arc::new(Memfile::new("v", format!("{n};").as_bytes()).unwrap())).collect();
    let mut cat = Program::new("/bin/cat").args(files.iter().map(|file| file.path().into_string()));
    for file in files {
        cat = cat.hand(file);
    }
    assert_eq!(stdout(cat).await, (0..20).map(|n| format!("{n};")).collect::<String>());
}

/// Files are made, programs started and files dropped all at once: none leaks, none is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn files_made_while_others_start_reach_their_own_program_only() {
    let tasks = (0..200).map(|n: usize| {
        tokio::spawn(async move {
            let content = format!("content {n}");
            let files: Vec<_> = (0..n % 4)
                .map(|_| Arc::new(Memfile::new(&format!("own-{n}"), content.as_bytes()).unwrap()))
                .collect();
            let script = format!("ls -l /proc/self/fd | grep -c 'memfd:'; cat {}", paths(&files));
            let program = files.iter().cloned().fold(sh(&script), Program::hand);
            let said = stdout_of(program).await;
            assert_eq!(said, format!("{}\n{}", files.len(), content.repeat(files.len())));
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// The paths as words; without any, what reads nothing.
fn paths(files: &[Arc<Memfile>]) -> String {
    let paths: Vec<String> = files.iter().map(|file| file.path().into_string()).collect();
    if paths.is_empty() { "/dev/null".to_owned() } else { paths.join(" ") }
}

/// Holders and strangers start at the same time, over and over: a stranger never inherits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sibling_started_at_the_same_time_inherits_nothing() {
    let file = Arc::new(Memfile::new("canary", b"x").unwrap());
    let mut holders = Vec::new();
    let mut strangers = Vec::new();
    for _ in 0..40 {
        holders.push(tokio::spawn(open_files(Some(Arc::clone(&file)))));
        strangers.push(tokio::spawn(open_files(None)));
    }
    for (holder, stranger) in holders.into_iter().zip(strangers) {
        let (holder, stranger) = (holder.await.unwrap(), stranger.await.unwrap());
        assert!(holder.iter().any(|open| open.contains("/memfd:canary")), "{holder:?}");
        assert_eq!((holder.len(), stranger.len()), (4, 3), "{stranger:?}");
    }
}

#[tokio::test]
async fn a_descriptor_left_open_by_someone_else_is_not_inherited() {
    let stray = tempfile::tempfile().unwrap();
    rustix::io::fcntl_setfd(&stray, rustix::io::FdFlags::empty()).unwrap();
    let open = open_files(None).await;
    assert_eq!(open.len(), 3, "{open:?}");
}

#[test]
fn a_file_is_sealed_private_and_closed_on_exec() {
    use std::os::fd::AsFd as _;
    let file = Memfile::new("values", b"fixed").unwrap();
    let mut handle = std::fs::File::from(file.as_fd().try_clone_to_owned().unwrap());
    assert_eq!(handle.metadata().unwrap().mode() & 0o7777, 0o400);
    assert!(rustix::io::fcntl_getfd(file.as_fd()).unwrap().contains(rustix::io::FdFlags::CLOEXEC));
    assert!(handle.write_at(b"x", 0).is_err());
    assert!(handle.set_len(0).is_err() && handle.set_len(99).is_err());
    handle.seek(std::io::SeekFrom::End(0)).unwrap();
    assert!(handle.write(b"more").is_err());
    let wanted = rustix::fs::SealFlags::WRITE
        | rustix::fs::SealFlags::GROW
        | rustix::fs::SealFlags::SHRINK
        | rustix::fs::SealFlags::SEAL;
    assert!(rustix::fs::fcntl_get_seals(&handle).unwrap().contains(wanted));
}

#[test]
fn an_empty_file_and_one_of_many_pages_hold_what_was_given() {
    for size in [0, 1, 4095, 4096, 4097, 1 << 20] {
        let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_le_bytes()[0]).collect();
        let file = Memfile::new("size", &bytes).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), bytes);
    }
}

#[test]
fn a_name_the_system_would_refuse_is_shown_differently_and_kept() {
    for name in ["a\0b".to_owned(), "ü".repeat(250), String::new()] {
        let file = Memfile::new(&name, b"x").unwrap();
        assert_eq!(file.name(), name);
        assert_eq!(std::fs::read(file.path()).unwrap(), b"x");
    }
}

#[test]
fn debug_output_shows_no_content() {
    let file = Memfile::new("values", b"hunter2hunter2").unwrap();
    assert!(!format!("{file:?}").contains("hunter2"));
    let program = Program::new("/bin/true").env("TOKEN", "hunter2hunter2");
    let text = format!("{program:?}");
    assert!(text.contains("TOKEN") && !text.contains("hunter2"), "{text}");
}

/// The kernel refuses the call for this thread, as in a container with a strict profile.
#[test]
fn where_memory_files_are_denied_it_is_refused_and_says_why() {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let denied = std::thread::spawn(|| {
        let rules = [(libc::SYS_memfd_create, Vec::new())].into();
        let deny = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let here = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, deny, here).unwrap();
        seccompiler::apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
        Memfile::new("values.yaml", b"x").unwrap_err()
    });
    let error = denied.join().unwrap();
    assert!(matches!(&error, child::Error::NoMemfile { name, .. } if name == "values.yaml"), "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("Operation not permitted"), "{cause}");
    Memfile::new("elsewhere", b"x").unwrap();
}

#[test]
fn the_pages_are_locked_where_the_system_allows_it() {
    let locked_kib = || {
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap().to_owned();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
    };
    let bytes = vec![1; 4 << 20];
    let before = locked_kib();
    let file = Memfile::new("large", &bytes).unwrap();
    // Other tests of this process lock and unlock small files meanwhile.
    assert_eq!(file.is_locked(), locked_kib() >= before + 3000);
    drop(file);
    assert!(locked_kib() < before + 3000);
}

/// A program that holds secrets may crash: nothing of it is written anywhere.
#[tokio::test]
async fn what_is_handed_a_file_leaves_no_core_dump_and_neither_do_its_children() {
    let file = Arc::new(Memfile::new("values", b"x").unwrap());
    let limit = "/bin/sh -c 'grep \"Max core\" /proc/self/limits'";
    let said = stdout(sh(limit).hand(file)).await;
    assert_eq!(
        said.split_whitespace().collect::<Vec<_>>(),
        ["Max", "core", "file", "size", "1", "1", "bytes"]
    );
}

#[tokio::test]
async fn a_script_runs_from_memory_by_what_its_first_line_names() {
    let script = b"#!/bin/sh\necho \"$0 got $1\"\n";
    let said = stdout(Program::script("secrets/x.sh".into(), script).unwrap().arg("one")).await;
    assert!(said.starts_with("/proc/self/fd/") && said.ends_with(" got one\n"), "{said}");
    let error = Program::script("secrets/x".into(), b"echo").unwrap_err();
    assert!(matches!(&error, child::Error::NoInterpreter { name } if name == "secrets/x"), "{error}");
}
