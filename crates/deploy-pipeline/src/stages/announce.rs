//! Announce: the run is a region in Grafana, from its first write to its outcome.
//!
//! Grafana is never in the way: what fails here is a warning.

use camino::Utf8Path;
use deploy_events::{Kind, Outcome, Stage};
use grafana_client::{Budget, Error, Grafana, Marker, Region, Tags};
use problem::ProblemRecord;
use secrecy::SecretString;
use tokio::sync::OnceCell;

use crate::Stop;
use crate::run::Voice;
use crate::secrets::Secrets;

/// The announcement of a run; opened once by whichever member writes first.
pub(crate) struct Announcement {
    grafana: Option<Grafana>,
    marker: OnceCell<Option<Marker>>,
}

impl Announcement {
    /// Where the federation says that deployments are announced.
    pub(crate) fn new(voice: &Voice, secrets: &Secrets) -> Self {
        let grafana = match connect(voice, secrets) {
            Ok(grafana) => grafana,
            Err(stop) => {
                voice.at(Stage::Announce).warn(*stop.problem);
                None
            }
        };
        Self { grafana, marker: OnceCell::new() }
    }

    /// Opens the region, unless another member did.
    pub(crate) async fn open(&self, voice: &Voice) {
        let run = Voice::run(&voice.run);
        self.marker.get_or_init(async || self.begin(&run).await).await;
    }

    /// Closes the region with the outcome of the run.
    pub(crate) async fn close(&self, voice: &Voice, outcome: Outcome) {
        let (Some(grafana), Some(Some(marker))) = (&self.grafana, self.marker.get()) else { return };
        match end(voice, grafana, marker, outcome).await {
            Ok(()) => voice.at(Stage::Announce).say(annotated(marker, true)),
            Err(error) => voice.at(Stage::Announce).warn(ProblemRecord::from_diagnose(&error)),
        }
    }

    /// Closes the region that a dead run left open.
    pub(crate) async fn close_left(&self, voice: &Voice, run: &str) {
        let Some(grafana) = &self.grafana else { return };
        match left(voice, grafana, run).await {
            Ok(closed) => {
                closed.iter().for_each(|marker| voice.at(Stage::Announce).say(annotated(marker, true)))
            }
            Err(error) => voice.at(Stage::Announce).warn(ProblemRecord::from_diagnose(&error)),
        }
    }

    async fn begin(&self, voice: &Voice) -> Option<Marker> {
        let Some(grafana) = &self.grafana else {
            voice.skip(Stage::Announce, "the federation names no Grafana");
            return None;
        };
        let opened = voice.stage(Stage::Announce, async |voice| match start(voice, grafana).await {
            Ok(marker) => {
                voice.say(annotated(&marker, false));
                let note = format!("annotation {} opened", marker.id);
                Ok((Some(marker), note))
            }
            Err(error) => {
                voice.warn(ProblemRecord::from_diagnose(&error));
                Ok((None, "not announced".to_owned()))
            }
        });
        opened.await.unwrap_or_default()
    }
}

fn annotated(marker: &Marker, closed: bool) -> Kind {
    Kind::Annotated { id: marker.id.unsigned_abs(), closed }
}

fn connect(voice: &Voice, secrets: &Secrets) -> Result<Option<Grafana>, Stop> {
    let Some(settings) = voice.run.request.federation.grafana() else { return Ok(None) };
    let token = match &settings.token {
        None => None,
        Some(file) => Some(token(voice, secrets, &file.file)?),
    };
    let http = voice.run.tools.http.clone();
    let grafana = Grafana::new(http, settings.url.clone(), token, Budget::default());
    grafana.map(Some).map_err(|error| Stop::failed(&error))
}

fn token(voice: &Voice, secrets: &Secrets, file: &Utf8Path) -> Result<SecretString, Stop> {
    if let Some(opened) = secrets.get(file) {
        return Ok(String::from_utf8_lossy(opened.expose()).trim().to_owned().into());
    }
    let path = voice.run.request.federation.folder().join(file);
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|source| Stop::failed(&crate::Error::File { path, source }))?;
    Ok(text.trim().to_owned().into())
}

async fn start(voice: &Voice, grafana: &Grafana) -> Result<Marker, Error> {
    let recorder = &voice.run.tools.recorder;
    let settings = voice.run.request.federation.grafana();
    let own = settings.into_iter().flat_map(|grafana| &grafana.tags).map(String::as_str);
    let run = format!("run:{}", recorder.run());
    let tags = tags(own.chain([run.as_str()]))?;
    grafana.open(&Region::new(recorder.now(), tags, title(voice))?).await
}

async fn end(voice: &Voice, grafana: &Grafana, marker: &Marker, outcome: Outcome) -> Result<(), Error> {
    let word = serde_json::to_value(outcome).ok().and_then(|word| word.as_str().map(str::to_owned));
    let tag = format!("outcome:{}", word.unwrap_or_default());
    let text = format!("{}: {}", title(voice), outcome.words());
    let outcome = grafana_client::Outcome::new(voice.run.tools.recorder.now(), tags([tag.as_str()])?, text)?;
    grafana.close(marker, &outcome).await
}

/// The open regions of a run, each closed now: it died, and was settled.
async fn left(voice: &Voice, grafana: &Grafana, run: &str) -> Result<Vec<Marker>, Error> {
    let found = grafana.find(&Tags::parse([format!("run:{run}").as_str()])?, 10).await?;
    let mut closed = Vec::new();
    for annotation in found.iter().filter(|annotation| annotation.is_open()) {
        let marker = annotation.marker()?;
        let text =
            format!("{}: died, and was settled by run {}", annotation.text, voice.run.tools.recorder.run());
        let outcome =
            grafana_client::Outcome::new(voice.run.tools.recorder.now(), tags(["outcome:died"])?, text)?;
        grafana.close(&marker, &outcome).await?;
        closed.push(marker);
    }
    Ok(closed)
}

fn tags<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Tags, Error> {
    Tags::parse(texts)
}

/// What a person reads on the graph.
fn title(voice: &Voice) -> String {
    let request = &voice.run.request;
    let commit = request
        .operator
        .commit
        .as_deref()
        .map_or_else(String::new, |commit| format!(" at {}", commit.get(..12).unwrap_or(commit)));
    format!("deploy {} by {}{commit}", request.targets.join(" "), request.operator.who)
}
