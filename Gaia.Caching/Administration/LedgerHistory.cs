using Gaia.Messaging.Streams;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Caching.Administration;

/// <summary>The Redis commands of all nodes in the last 30 days, and for how long each ran, in a JetStream stream, so that it outlives them.</summary>
public sealed class LedgerHistory
{
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromSeconds(10);
    private static readonly NatsJsonSerializer<LedgerRecord> Json = new(NodeJson.Options);

    private readonly INatsConnection nats;
    private readonly NatsJSContext jetStream;
    private readonly StreamConfig stream;
    private readonly string subject;

    internal LedgerHistory(INatsConnection nats, LedgerOptions options)
    {
        this.nats = nats;
        jetStream = new(nats);
        subject = MetricsStream.Subject("redis", options.KeyPrefix);
        stream = MetricsStream.Config(options.Replicas);
    }

    /// <summary>Sums up what was recorded since a moment, by service and machine.</summary>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public async Task<LedgerReport> ReadAsync(DateTimeOffset since, CancellationToken ct)
    {
        DateTimeOffset? from = null;
        SortedDictionary<(string Service, string Machine), MachineSum> machines = [];
        await foreach (var record in jetStream.ReadSinceAsync(MetricsStream.Name, subject, since, Json, ReadDeadline, ct))
        {
            from = from is null || record.From < from ? record.From : from;
            var key = (record.Service, record.Machine);
            if (!machines.TryGetValue(key, out var sum))
            {
                machines[key] = sum = new();
            }

            sum.Add(record);
        }

        return new(from, [.. machines.Select(machine => new LedgerOfMachine(machine.Key.Service, machine.Key.Machine, machine.Value.Running, machine.Value.Commands))]);
    }

    /// <returns>False when NATS is unavailable.</returns>
    internal async Task<bool> TryAddAsync(LedgerRecord record, CancellationToken ct) =>
        nats.ConnectionState is NatsConnectionState.Open && await jetStream.TryStoreAsync(stream, subject, $"{record.Id}", record, Json, WriteDeadline, ct);

    private sealed class MachineSum
    {
        public TimeSpan Running { get; private set; }

        public SortedDictionary<string, long> Commands { get; } = new(StringComparer.Ordinal);

        public void Add(LedgerRecord record)
        {
            Running += record.At - record.From;
            foreach (var (sender, count) in record.Commands)
            {
                Commands[sender] = Commands.GetValueOrDefault(sender) + count;
            }
        }
    }
}

/// <param name="Since">When the first of it was counted from; null when there is nothing.</param>
public sealed record LedgerReport(DateTimeOffset? Since, IReadOnlyList<LedgerOfMachine> Machines)
{
    /// <summary>What all sent.</summary>
    public long Commands => Machines.Sum(machine => machine.Commands.Values.Sum());
}

/// <param name="Running">For how long its processes ran, together.</param>
/// <param name="Commands">By who sent them.</param>
public sealed record LedgerOfMachine(string Service, string Machine, TimeSpan Running, IReadOnlyDictionary<string, long> Commands);

/// <summary>What a process sent in some minutes.</summary>
/// <param name="Id">Makes it known when it is sent a second time.</param>
internal sealed record LedgerRecord(Guid Id, DateTimeOffset From, DateTimeOffset At, string Service, string Machine, IReadOnlyDictionary<string, long> Commands);
