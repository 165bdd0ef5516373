//! Problems of the command line itself, and how any problem is shown.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place, ProblemRecord, Style};
use serde_json::json;

use crate::args::Output;
use crate::exit;

/// What only the command line can find wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("there is no federation.yaml here or in a folder above")]
    NoFederation,
    #[error("the file `{path}` cannot be read")]
    Unreadable {
        path: Utf8PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the file `{path}` cannot be written")]
    Unwritable {
        path: Utf8PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the file `{path}` is not JSON")]
    NotJson {
        path: Utf8PathBuf,
        line: usize,
        column: usize,
        #[source]
        source: serde_json::Error,
    },
    #[error("the file `{path}` is larger than {limit} MiB")]
    TooLarge { path: Utf8PathBuf, limit: u64 },
    #[error("there is no kubeconfig")]
    NoKubeconfig,
    #[error("Helm has no release `{release}` in namespace {namespace}")]
    NoRelease { release: names::ReleaseName, namespace: names::Namespace },
    #[error("there is nothing to wait for in namespace {namespace}")]
    NothingToWaitFor { namespace: names::Namespace },
    #[error("the release `{release}` cannot be read in namespace {namespace}")]
    ReleaseHidden {
        release: names::ReleaseName,
        namespace: names::Namespace,
        #[source]
        source: Box<kube::Error>,
    },
    #[error("no target is named")]
    NoTarget { known: Vec<String> },
    #[error("there is no helm on PATH")]
    NoHelm,
    #[error("the folder `{folder}` has changes that are in no commit")]
    Dirty { folder: Utf8PathBuf },
    #[error("the folder `{path}` cannot be made")]
    Folder {
        path: Utf8PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("there is no member `{name}`")]
    NoMember { name: String, known: Vec<String> },
    #[error("there is no program `{name}`")]
    NoProgram { name: String },
    #[error("the file `{file}` assigns no variables")]
    NoVariables { file: Utf8PathBuf },
    #[error("there is no key to open sealed files with")]
    NoKey,
    #[error("there is no git on PATH")]
    NoGit,
    #[error("there is no gpg on PATH")]
    NoGpg,
    #[error("standard input cannot be read")]
    Stdin(#[source] std::io::Error),
    #[error("opened secrets may reach the swap of this machine")]
    Swappable,
    #[error("standard output cannot be written")]
    Stdout(#[source] std::io::Error),
    #[error("the runtime cannot be started")]
    Runtime(#[source] std::io::Error),
    #[error("no HTTP client can be made")]
    Http(#[source] reqwest::Error),
}

const NO_FEDERATION: Code = Code::new("cli.no_federation");
const UNREADABLE: Code = Code::new("cli.unreadable");
const UNWRITABLE: Code = Code::new("cli.unwritable");
const NOT_JSON: Code = Code::new("cli.not_json");
const TOO_LARGE: Code = Code::new("cli.too_large");
const NO_KUBECONFIG: Code = Code::new("cli.no_kubeconfig");
const NO_RELEASE: Code = Code::new("cli.no_release");
const NOTHING_TO_WAIT_FOR: Code = Code::new("cli.nothing_to_wait_for");
const RELEASE_HIDDEN: Code = Code::new("cli.release_unreadable");
const NO_TARGET: Code = Code::new("cli.no_target");
const NO_HELM: Code = Code::new("cli.no_helm");
const DIRTY: Code = Code::new("cli.dirty_tree");
const FOLDER: Code = Code::new("cli.folder");
const NO_MEMBER: Code = Code::new("cli.no_member");
const NO_PROGRAM: Code = Code::new("cli.no_program");
const NO_VARIABLES: Code = Code::new("cli.no_variables");
const NO_KEY: Code = Code::new("cli.no_key");
const NO_GIT: Code = Code::new("cli.no_git");
const NO_GPG: Code = Code::new("cli.no_gpg");
const STDIN: Code = Code::new("cli.stdin");
const SWAPPABLE: Code = Code::new("cli.swappable");
const STDOUT: Code = Code::new("cli.stdout");
const RUNTIME: Code = Code::new("cli.runtime");
const HTTP: Code = Code::new("cli.http");

/// All problems of the command line.
pub(crate) const PROBLEMS: &[Entry] = &[
    Entry {
        code: NO_FEDERATION,
        means: "No federation.yaml was found.",
        next: "Change into a deployment repository, or name its file with --federation FILE.",
    },
    Entry {
        code: UNREADABLE,
        means: "A file that was named cannot be read.",
        next: "Check the path and its rights.",
    },
    Entry {
        code: UNWRITABLE,
        means: "A file cannot be written.",
        next: "Check the disk, the path and its rights.",
    },
    Entry {
        code: NOT_JSON,
        means: "The file to diagnose is not JSON.",
        next: "Save it with `kubectl get ... -o json`; the place says where reading stopped.",
    },
    Entry {
        code: TOO_LARGE,
        means: "The file to diagnose is larger than any namespace.",
        next: "Save one namespace, or fewer kinds.",
    },
    Entry {
        code: NO_KUBECONFIG,
        means: "Nothing says which cluster to look at.",
        next: "Name it with --kubeconfig FILE, or set KUBECONFIG.",
    },
    Entry {
        code: NO_RELEASE,
        means: "Helm keeps no revision of that release in that namespace.",
        next: "Compare with `helm list --all-namespaces`; without --release, the whole namespace is waited for.",
    },
    Entry {
        code: NOTHING_TO_WAIT_FOR,
        means: "The namespace is not there, or holds no workload, Job or claim, or none with the labels of --selector.",
        next: "Compare with `kubectl get deploy,sts,ds,jobs,pvc --all-namespaces --show-labels`; the labels are those of the workload, not of its pods.",
    },
    Entry {
        code: RELEASE_HIDDEN,
        means: "Helm's record of the release is a Secret, and it cannot be read.",
        next: "Grant get and list on secrets in that namespace, or wait without --release.",
    },
    Entry {
        code: NO_TARGET,
        means: "A run needs to know whom to deploy.",
        next: "Name members or waves, or `all`.",
    },
    Entry {
        code: NO_HELM,
        means: "Helm is needed and was not found.",
        next: "Install Helm 3.19+ or 4.x, or name it with --helm FILE.",
    },
    Entry {
        code: DIRTY,
        means: "The repository has changes that are in no commit, so nobody could tell later what was deployed.",
        next: "Commit them; for a trial from a laptop, add --local.",
    },
    Entry {
        code: FOLDER,
        means: "A folder for logs or caches cannot be made.",
        next: "Check the disk and the rights.",
    },
    Entry {
        code: NO_MEMBER,
        means: "The federation has no such member.",
        next: "Name one of its members; a wave is not enough here.",
    },
    Entry {
        code: NO_PROGRAM,
        means: "The program to run was not found.",
        next: "Check its name, PATH, and that `--` stands before it.",
    },
    Entry {
        code: NO_VARIABLES,
        means: "A file whose variables are asked for assigns none.",
        next: "It holds NAME=value lines, or is a YAML or JSON document with values at its top; compare with `deploy secrets cat`.",
    },
    Entry {
        code: NO_KEY,
        means: "Sealed files need a key, and none was found.",
        next: "Name it with --key FILE, set GIT_CRYPT_KEY to its base64, or unlock the clone.",
    },
    Entry { code: NO_GIT, means: "git is needed and was not found.", next: "Install git 2.25 or newer." },
    Entry {
        code: NO_GPG,
        means: "No key was given, and gpg, which could decrypt one of the repository, was not found.",
        next: "Give the key with --key FILE or GIT_CRYPT_KEY, or install gpg.",
    },
    Entry {
        code: STDIN,
        means: "What should be read from standard input ended with an error.",
        next: "Look at what the input comes from.",
    },
    Entry {
        code: SWAPPABLE,
        means: "Swap is on, and the limit of locked memory does not let all memory be kept out of it. Opened files are \
                locked as far as the limit goes; copies of them may be written to the swap.",
        next: "Raise the limit (`ulimit -l unlimited`, `--ulimit memlock=-1`, or the capability IPC_LOCK), encrypt the \
               swap, or turn it off.",
    },
    Entry {
        code: STDOUT,
        means: "Whoever read the output is gone, or the disk is full.",
        next: "Look at what the output is handed to.",
    },
    Entry {
        code: RUNTIME,
        means: "The system refused threads or descriptors.",
        next: "Check the limits of the process.",
    },
    Entry {
        code: HTTP,
        means: "TLS cannot be set up.",
        next: "Check that the system has CA certificates installed.",
    },
];

impl Diagnose for Trouble {
    fn code(&self) -> Code {
        match self {
            Self::NoFederation => NO_FEDERATION,
            Self::Unreadable { .. } => UNREADABLE,
            Self::Unwritable { .. } => UNWRITABLE,
            Self::NotJson { .. } => NOT_JSON,
            Self::TooLarge { .. } => TOO_LARGE,
            Self::NoKubeconfig => NO_KUBECONFIG,
            Self::NoRelease { .. } => NO_RELEASE,
            Self::NothingToWaitFor { .. } => NOTHING_TO_WAIT_FOR,
            Self::ReleaseHidden { .. } => RELEASE_HIDDEN,
            Self::NoTarget { .. } => NO_TARGET,
            Self::NoHelm => NO_HELM,
            Self::Dirty { .. } => DIRTY,
            Self::Folder { .. } => FOLDER,
            Self::NoMember { .. } => NO_MEMBER,
            Self::NoProgram { .. } => NO_PROGRAM,
            Self::NoVariables { .. } => NO_VARIABLES,
            Self::NoKey => NO_KEY,
            Self::NoGit => NO_GIT,
            Self::NoGpg => NO_GPG,
            Self::Stdin(_) => STDIN,
            Self::Swappable => SWAPPABLE,
            Self::Stdout(_) => STDOUT,
            Self::Runtime(_) => RUNTIME,
            Self::Http(_) => HTTP,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        if let Self::NoTarget { known } = self {
            return Some(
                format!("name members or waves, or `all`; this federation has {}", known.join(", ")).into(),
            );
        }
        if let Self::NoMember { known, .. } = self {
            return Some(format!("name one of its members: {}", known.join(", ")).into());
        }
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Unreadable { path, .. }
            | Self::Unwritable { path, .. }
            | Self::Folder { path, .. }
            | Self::TooLarge { path, .. } => Some(Place::new(path.clone(), 0, 0)),
            Self::NoVariables { file } => Some(Place::new(file.clone(), 0, 0)),
            Self::NotJson { path, line, column, .. } => Some(Place::new(path.clone(), *line, *column)),
            _ => None,
        }
    }
}

impl Trouble {
    /// The exit code of a run that never began.
    pub(crate) const fn exit(&self) -> u8 {
        match self {
            Self::Dirty { .. } => exit::REFUSED,
            Self::NoProgram { .. } => exit::NO_PROGRAM,
            Self::NoFederation
            | Self::Unreadable { .. }
            | Self::NotJson { .. }
            | Self::TooLarge { .. }
            | Self::NoKubeconfig
            | Self::NoRelease { .. }
            | Self::NothingToWaitFor { .. }
            | Self::NoKey
            | Self::NoMember { .. }
            | Self::NoVariables { .. }
            | Self::NoTarget { .. } => exit::USAGE,
            Self::ReleaseHidden { .. } => exit::INCONCLUSIVE,
            Self::Unwritable { .. }
            | Self::NoGit
            | Self::NoGpg
            | Self::Stdin(_)
            | Self::Swappable
            | Self::Stdout(_)
            | Self::NoHelm
            | Self::Folder { .. }
            | Self::Runtime(_)
            | Self::Http(_) => exit::FAILED_BEFORE,
        }
    }
}

/// Problems that end the command before any run began, with its exit code.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) problems: Vec<ProblemRecord>,
    pub(crate) exit: u8,
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self { exit: trouble.exit(), problems: vec![ProblemRecord::from_diagnose(&trouble)] }
    }
}

impl Refusal {
    /// Wrong configuration: every mistake at once.
    pub(crate) fn usage<'a>(errors: impl IntoIterator<Item = &'a (dyn Diagnose + 'a)>) -> Self {
        let problems = errors.into_iter().map(ProblemRecord::from_diagnose).collect();
        Self { problems, exit: exit::USAGE }
    }

    /// Nothing was changed.
    pub(crate) fn failed(error: &dyn Diagnose) -> Self {
        Self { problems: vec![ProblemRecord::from_diagnose(error)], exit: exit::FAILED_BEFORE }
    }

    /// The cluster cannot be observed, so nothing is known about it.
    pub(crate) fn unobservable(error: &dyn Diagnose) -> Self {
        Self { problems: vec![ProblemRecord::from_diagnose(error)], exit: exit::INCONCLUSIVE }
    }

    /// Shows the problems: to a person on standard error, to a program on standard output.
    pub(crate) fn show(&self, output: Output) {
        match output {
            Output::Human => {
                for record in &self.problems {
                    anstream::eprintln!("{}", problem::render(record, Style::Coloured));
                }
            }
            Output::Json => {
                anstream::println!("{}", json!({"v": 1, "exit": self.exit, "problems": self.problems}))
            }
        }
    }
}
