//! The benchmark of a warm check: ten Helm repositories on this machine, none of which has changed.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{run, workspace};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The index that each server sends; without it `jupyterhub-index.yaml` of the folder that
    /// TEST_SAMPLES names
    #[arg(long, value_name = "FILE")]
    file: Option<Utf8PathBuf>,
    /// How often, after a first run that fills the cache
    #[arg(long, default_value_t = 11)]
    runs: usize,
}

const SOURCES: usize = 10;

/// Serves, checks, and prints the times.
pub(crate) async fn check(options: &Options) -> Result<()> {
    let file = match (&options.file, std::env::var("TEST_SAMPLES")) {
        (Some(file), _) => file.clone(),
        (None, Ok(samples)) => Utf8PathBuf::from(samples).join("jupyterhub-index.yaml"),
        (None, Err(_)) => bail!("name an index with --file"),
    };
    let index: Arc<[u8]> = std::fs::read(&file).with_context(|| format!("cannot read {file}"))?.into();
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--release", "--package", "bump"]))?;
    let asked = Arc::new(AtomicUsize::new(0));
    let folder = workspace::target().join("bench/check");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("hub")).with_context(|| format!("cannot make {folder}"))?;
    let mut chart = "dependencies:\n".to_owned();
    for _ in 0..SOURCES {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // One dependency a repository; the same chart ten times would be one name.
        let name =
            if chart.contains("binderhub") { format!("hub-{}", address.port()) } else { "binderhub".into() };
        chart.push_str(&format!(
            "- {{name: {name}, version: 1.0.0-0.dev.git.3506.hba24eb2a, repository: \"http://{address}\"}}\n"
        ));
        let index = renamed(&index, &name);
        tokio::spawn(serve(listener, index, Arc::clone(&asked)));
    }
    std::fs::create_dir_all(folder.join(".git"))?;
    std::fs::write(folder.join("hub/Chart.yaml"), chart)?;
    let mut seconds = Vec::new();
    for number in 0..=options.runs {
        let before = asked.load(Ordering::Relaxed);
        let took = once(&folder).await?;
        let requests = asked.load(Ordering::Relaxed) - before;
        let warmth = if number == 0 { "cold" } else { "warm" };
        println!("{warmth}: {took:.3} s, {requests} requests");
        if number > 0 {
            seconds.push(took);
        }
        if requests != SOURCES {
            bail!("{requests} requests for {SOURCES} sources");
        }
    }
    seconds.sort_by(f64::total_cmp);
    let (median, worst) = (seconds.get(seconds.len() / 2), seconds.last());
    println!("warm: median {:.3} s, worst {:.3} s", median.unwrap_or(&f64::NAN), worst.unwrap_or(&f64::NAN));
    Ok(())
}

/// The index with the chart under another name.
fn renamed(index: &[u8], name: &str) -> Arc<[u8]> {
    let text = String::from_utf8_lossy(index);
    text.replacen("\n  binderhub:\n", &format!("\n  {name}:\n"), 1).into_bytes().into()
}

async fn once(folder: &Utf8Path) -> Result<f64> {
    let mut bump = Command::new(workspace::target().join("release/bump"));
    bump.arg("check").current_dir(folder).env("XDG_CACHE_HOME", folder.join("cache")).env("NO_PROXY", "*");
    bump.stdout(Stdio::null()).stderr(Stdio::null());
    let run = move || {
        let began = Instant::now();
        bump.status().map(|status| (status, began.elapsed().as_secs_f64()))
    };
    let (status, took) = tokio::task::spawn_blocking(run).await?.context("cannot start bump")?;
    match status.code() {
        Some(0 | 6) => Ok(took),
        other => bail!("`bump check` ended with {other:?}"),
    }
}

/// Answers every request: 304 to who knows the index, else all of it.
async fn serve(listener: TcpListener, index: Arc<[u8]>, asked: Arc<AtomicUsize>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (index, asked) = (Arc::clone(&index), Arc::clone(&asked));
        tokio::spawn(async move { answer(stream, &index, &asked).await });
    }
}

async fn answer(mut stream: TcpStream, index: &[u8], asked: &AtomicUsize) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    asked.fetch_add(1, Ordering::Relaxed);
    let knows = String::from_utf8_lossy(&request).to_ascii_lowercase().contains("\r\nif-none-match:");
    let (status, body) = if knows { ("304 Not Modified", &[][..]) } else { ("200 OK", index) };
    let head = format!(
        "HTTP/1.1 {status}\r\netag: \"1\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}
