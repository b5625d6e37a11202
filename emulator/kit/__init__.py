"""What clients need to find the emulator: service descriptions, and variables for shells."""
