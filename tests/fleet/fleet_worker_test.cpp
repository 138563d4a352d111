// The example fleet_worker, with a real Redis.
