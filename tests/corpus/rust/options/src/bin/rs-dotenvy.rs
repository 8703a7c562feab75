fn main() { let _ = dotenvy::dotenv(); println!("{:?} {:?}", dotenvy::var("CRANE_LOAD").ok(), std::env::var("CRANE_REACH").ok()); }
