"""What tests of several rooms share: people, series and a clock to start from."""
