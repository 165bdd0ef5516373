//! What a program and its children wrote, and with which words they were started, as strace saw it.

use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

use crate::canary::Eyes;

/// Every way to write bytes, and every start of a program with all its arguments and its environment.
const CALLS: &str = "trace=execve,execveat,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,splice,sendfile,copy_file_range,link,symlink,rename,renameat,renameat2,openat,mkdir,mkdirat";

/// A program under strace; its trace lies in memory, since it holds what the program wrote.
pub(crate) struct Traced {
    folder: tempfile::TempDir,
    pub(crate) child: Child,
}

impl Traced {
    pub(crate) fn start(program: &Command) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let mut strace = Command::new("strace");
        // With -D the program is our child, and strace a stranger beside it.
        strace.args(["-D", "-f", "--seccomp-bpf", "-q", "-yy", "-v", "-s", "4194304", "-e", CALLS, "-o"]);
        strace.arg(folder.path().join("trace")).arg(program.get_program()).args(program.get_args());
        strace.env_clear();
        for (name, value) in program.get_envs() {
            strace.env(name, value.unwrap_or_default());
        }
        if let Some(folder) = program.get_current_dir() {
            strace.current_dir(folder);
        }
        strace.stdin(std::process::Stdio::null());
        strace.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = strace.spawn().unwrap();
        Self { folder, child }
    }

    /// Waits for the end of the program, and of whatever it started.
    pub(crate) fn end(self) -> (Output, Seen) {
        let trace = Utf8PathBuf::from_path_buf(self.folder.path().join("trace")).unwrap();
        let output = self.child.wait_with_output().unwrap();
        let patience = Instant::now() + Duration::from_secs(60);
        while is_traced(&trace) {
            assert!(Instant::now() < patience, "strace does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        (output, Seen(std::fs::read(&trace).unwrap()))
    }
}

/// Whether a strace still writes this file.
fn is_traced(trace: &Utf8Path) -> bool {
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).any(|process| {
        let words = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        words.starts_with(b"strace\0")
            && words.windows(trace.as_str().len()).any(|part| part == trace.as_str().as_bytes())
    })
}

/// The lines of a trace.
pub(crate) struct Seen(Vec<u8>);

impl Seen {
    /// How many calls were seen.
    pub(crate) fn calls(&self) -> usize {
        self.0.split(|byte| *byte == b'\n').count()
    }

    /// Every call that shows a canary, but for memory files, sockets and pipes: those end in the memory of a
    /// process that is traced too, or in what the test itself reads and looks through.
    pub(crate) fn hits(&self, eyes: &Eyes) -> Vec<String> {
        let lines = self.0.split(|byte| *byte == b'\n');
        let mut found = Vec::new();
        for line in lines {
            let hits = eyes.hits(line);
            if hits.is_empty() {
                continue;
            }
            let text = String::from_utf8_lossy(line);
            let call = text.split_once(' ').map_or("", |(_, call)| call.trim_start());
            let target = call.split_once('<').map_or("", |(_, target)| target);
            let call = call.split('(').next().unwrap_or_default();
            let in_memory = ["/memfd:", "TCP", "UNIX", "socket:", "pipe:"];
            let writes = !matches!(call, "execve" | "execveat" | "openat");
            if !(writes && in_memory.iter().any(|start| target.starts_with(start))) {
                let target: String = target.chars().take(60).collect();
                found.push(format!("{call} <{target}: {}", hits.join(", ")));
            }
        }
        found
    }
}
