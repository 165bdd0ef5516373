//! What all stages of one run share.

use std::future::Future;
use std::sync::Arc;

use deploy_events::{Kind, Scope, Stage};
use deploy_ledger::{Clock, Holder};
use names::MemberName;
use problem::ProblemRecord;

use crate::fence::Fence;
use crate::{Phase, Request, Stop, Tools};

/// A request with its tools.
pub(crate) struct Run {
    pub(crate) request: Request,
    pub(crate) tools: Tools,
}

/// One member's view of the run: what it says carries the member's name.
#[derive(Clone)]
pub(crate) struct Voice {
    pub(crate) run: Arc<Run>,
    pub(crate) scope: Scope,
    pub(crate) phase: Phase,
    pub(crate) fence: Fence,
}

impl Run {
    pub(crate) fn clock(&self) -> Clock {
        let recorder = self.tools.recorder.clone();
        Arc::new(move || recorder.now())
    }

    pub(crate) fn holder(&self) -> Holder {
        let operator = &self.request.operator;
        Holder {
            run: self.tools.recorder.run().to_string(),
            who: operator.who.clone(),
            host: operator.host.clone(),
            commit: operator.commit.clone(),
            process: operator.process.clone(),
        }
    }
}

impl Voice {
    pub(crate) fn run(run: &Arc<Run>) -> Self {
        Self { run: Arc::clone(run), scope: Scope::run(), phase: Phase::Forward, fence: Fence::default() }
    }

    pub(crate) fn member(run: &Arc<Run>, member: &MemberName) -> Self {
        Self {
            run: Arc::clone(run),
            scope: Scope::member(member),
            phase: Phase::Forward,
            fence: Fence::default(),
        }
    }

    /// The same voice inside a stage.
    pub(crate) fn at(&self, stage: Stage) -> Self {
        Self { scope: self.scope.at(stage), ..self.clone() }
    }

    pub(crate) fn say(&self, kind: Kind) {
        self.run.tools.recorder.emit(&self.scope, kind);
    }

    /// Tells why it stops; a stop that passes several stages is told once.
    pub(crate) fn fail(&self, stop: Stop) -> Stop {
        if !stop.told {
            self.say(Kind::Failed { problem: (*stop.problem).clone() });
        }
        Stop { told: true, ..stop }
    }

    pub(crate) fn warn(&self, problem: ProblemRecord) {
        self.say(Kind::Warning { problem });
    }

    /// Runs a stage: its begin, its end with a note, its failure and its time are told here alone.
    pub(crate) async fn stage<T>(
        &self,
        stage: Stage,
        work: impl AsyncFnOnce(&Self) -> Result<(T, String), Stop>,
    ) -> Result<T, Stop> {
        let voice = self.at(stage);
        let recorder = &self.run.tools.recorder;
        let began = recorder.now();
        voice.say(Kind::StageStarted);
        match work(&voice).await {
            Ok((value, note)) => {
                voice.say(Kind::StageFinished { took: recorder.now().duration_since(began), note });
                Ok(value)
            }
            Err(stop) => Err(voice.fail(stop)),
        }
    }

    pub(crate) fn skip(&self, stage: Stage, reason: &str) {
        self.at(stage).say(Kind::StageSkipped { reason: reason.to_owned() });
    }

    /// The same voice on the way back: only a second request to stop ends it.
    pub(crate) fn settling(&self) -> Self {
        Self { phase: Phase::Settling, ..self.clone() }
    }

    /// Ends when what goes on is to end: the run is asked to stop, or a lock of the member is lost.
    pub(crate) async fn ends(&self) -> Stop {
        tokio::select! {
            biased;
            stop = self.fence.falls() => stop,
            stop = self.run.tools.interrupt.ends(self.phase) => stop,
        }
    }

    /// `work` that may be dropped at any moment.
    pub(crate) async fn race<T>(&self, work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
        tokio::select! {
            biased;
            stop = self.ends() => Err(stop),
            done = work => done,
        }
    }
}
