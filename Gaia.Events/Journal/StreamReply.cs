using StackExchange.Redis;

namespace Gaia.Events.Journal;

/// <summary>The entries of one stream, as XREAD and XREADGROUP answer.</summary>
internal sealed record StreamReply(string Key, IReadOnlyList<StreamRecord> Entries)
{
    /// <returns>None when the time was over before there was any.</returns>
    public static IReadOnlyList<StreamReply> Parse(RedisResult reply) => reply.IsNull
        ? []
        : [.. ((RedisResult[])reply!).Select(stream => (RedisResult[])stream!).Select(stream => new StreamReply((string)stream[0]!, EntriesOf((RedisResult[])stream[1]!)))];

    private static List<StreamRecord> EntriesOf(RedisResult[] entries) => [.. entries.Select(entry => (RedisResult[])entry!).Select(StreamRecord.Of)];
}

/// <summary>One entry of a stream.</summary>
internal sealed record StreamRecord(string Id, IReadOnlyDictionary<string, string> Fields)
{
    public static StreamRecord Of(RedisResult[] entry) => new(
        (string)entry[0]!,
        ((string[])entry[1]!).Chunk(2).ToDictionary(field => field[0], field => field[1]));

    public static StreamRecord Of(StreamEntry entry) => new((string)entry.Id!, entry.Values.ToDictionary(field => (string)field.Name!, field => (string)field.Value!));

    public JournalEntry ToEvent() => new(JournalEntry.PositionOf(Id), Fields[JournalEntry.TypeField], Fields[JournalEntry.EventField]);
}
