using System.Globalization;
using StackExchange.Redis;

namespace Gaia.Events.Journal;

/// <summary>Appends to the stream of one journal.</summary>
internal sealed class JournalWriter(IConnectionMultiplexer redis, JournalKeys keys, int maxLength)
{
    /// <summary>No stream ends there: nothing is appended, and the answer is where it ends.</summary>
    private const long Nowhere = -1;

    /// <summary>
    /// Appends only where the last entry is the one expected: a repetition finds another one, and so does whoever comes after a FLUSHALL or a failover to a
    /// replica that lagged behind.
    /// </summary>
    private const string Script = $"""
        local last = 0
        local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if not info.err then
          for i = 1, #info, 2 do
            if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '^%d+')) end
          end
        elseif not string.find(info.err, 'no such key', 1, true) then
          return redis.error_reply(info.err)
        end
        if last ~= tonumber(ARGV[1]) then return last end
        for i = 3, #ARGV, 3 do
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], ARGV[i] .. '-0', '{JournalEntry.TypeField}', ARGV[i + 1], '{JournalEntry.EventField}', ARGV[i + 2])
          last = tonumber(ARGV[i])
        end
        return last
        """;

    /// <summary>Where the stream ends; 0 when there is none.</summary>
    public Task<long> ReadEndAsync() => AppendAsync(Nowhere, []);

    /// <param name="expected">Where the stream must end for anything to be appended.</param>
    /// <param name="entries">Ordered by position.</param>
    /// <returns>Where the stream ends now.</returns>
    public async Task<long> AppendAsync(long expected, IReadOnlyList<JournalEntry> entries)
    {
        RedisValue[] arguments = [expected, maxLength, .. entries.SelectMany(entry => (RedisValue[])[Text(entry.Position), entry.Type, entry.Json])];
        return (long)await redis.GetDatabase().ScriptEvaluateAsync(Script, [keys.Events], arguments);
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
