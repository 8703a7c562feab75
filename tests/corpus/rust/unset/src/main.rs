//! Static variables that could choose other names, and that nobody sets: a flag, a cell that is never filled, one behind a lock, one of the thread;
//! and one that the arguments set.
use std::cell::Cell;
use std::env;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

static LEGACY: AtomicBool = AtomicBool::new(false);
static MIRROR: OnceLock<bool> = OnceLock::new();
static SECURE: Mutex<bool> = Mutex::new(false);
static LEVEL: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static DRY: Cell<bool> = const { Cell::new(false) };
}

fn token() -> &'static str {
    if LEGACY.load(Ordering::Relaxed) { "WEIR_KEY" } else { "WEIR_TOKEN" }
}

fn url() -> &'static str {
    if MIRROR.get().copied().unwrap_or(false) { "WEIR_MIRROR" } else { "WEIR_URL" }
}

fn port() -> &'static str {
    if *SECURE.lock().unwrap() { "WEIR_TLS_PORT" } else { "WEIR_PORT" }
}

fn level() -> &'static str {
    if LEVEL.load(Ordering::SeqCst) > 1 { "WEIR_DEBUG_LOG" } else { "WEIR_LOG" }
}

fn target() -> &'static str {
    if DRY.with(Cell::get) { "WEIR_DRY_TARGET" } else { "WEIR_TARGET" }
}

fn main() {
    for argument in env::args().skip(1) {
        if argument == "-v" {
            LEVEL.fetch_add(1, Ordering::SeqCst);
        }
    }
    for name in [token(), url(), port(), level(), target()] {
        println!("{:?}", env::var(name));
    }
}
