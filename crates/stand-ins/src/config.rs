//! What the stand-ins are told from outside.

use jiff::Timestamp;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// The editor token that a sandbox's Grafana knows from the start: a test token, no secret.
const EDITOR_TOKEN: &str = "glsa_testtokenfortheSandbox0000000000_00000000";

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How the stand-ins behave.
pub struct Config {
    /// How many times faster than recorded a stream is played; 10 unless changed. The order and the
    /// bytes stay as recorded.
    pub speed: f64,
    /// How long a user server that was shut down answers 503 before it is unknown (424).
    /// The recorded hub needs up to 30 s; one second here unless changed.
    pub stopping: Duration,
    /// The Grafana at the root of the port.
    pub grafana: Grafana,
    /// The time that Grafana writes into rows and tokens are judged by.
    pub clock: Clock,
    /// Where one JSON line a request goes; tokens stand in it as hashes.
    pub log: Option<Box<dyn Write + Send>>,
}

/// The Grafana to stand in for.
#[derive(Debug, Clone)]
pub struct Grafana {
    /// The path of `root_url` with `serve_from_sub_path`, such as `/grafana`; empty: at the root.
    pub sub_path: String,
    /// With `enforce_domain`: the only host name that is answered.
    pub domain: Option<String>,
    /// Service accounts that exist from the start, each with one token.
    pub tokens: Vec<Token>,
}

/// A service account with its token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Name of the account; its login is `sa-NAME`.
    pub account: String,
    /// The token: `glsa_...`.
    pub key: String,
    /// What it may do.
    pub role: Role,
}

/// An organisation role of Grafana.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads and writes annotations.
    Editor,
    /// Manages service accounts too.
    Admin,
}

impl Config {
    /// The behaviour a sandbox wants: ten times faster than recorded, one editor token, Grafana
    /// under `/grafana`, no log.
    #[must_use]
    pub fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self {
            speed: 10.0,
            stopping: Duration::from_secs(1),
            grafana: Grafana::default(),
            clock: Arc::new(clock),
            log: None,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("speed", &self.speed)
            .field("grafana", &self.grafana)
            .finish_non_exhaustive()
    }
}

impl Default for Grafana {
    fn default() -> Self {
        let editor = Token { account: "deploy".to_owned(), key: EDITOR_TOKEN.to_owned(), role: Role::Editor };
        Self { sub_path: "/grafana".to_owned(), domain: None, tokens: vec![editor] }
    }
}
