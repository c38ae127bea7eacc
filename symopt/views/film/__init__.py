"""Pictures in time: pacing, frames, and the formats they are written in."""
