namespace Gaia.Gateway.Limits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371) in one call, on Redis' clock. A key holds one number: the theoretical arrival time (TAT) in microseconds,
/// which is when the whole quota would be free again.
/// </summary>
internal static class LeaseScript
{
    /// <summary>
    /// Charges what a node let pass since it last asked, as of then; takes what is wanted now as far as it goes; and says how many more may pass on credit.
    /// Answers granted, credit, and microseconds until the TAT.
    /// </summary>
    public const string Text = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        local spent, age, wanted = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local largest, share, slack = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

        local tat = tonumber(redis.call('GET', KEYS[1]) or 0) or 0
        if spent > 0 then
          tat = math.max(tat, now - age) + spent * interval
        end

        local from = math.max(tat, now)
        local free = math.max(0, math.floor((now + window - from) / interval + 0.000001))
        local granted = math.min(wanted, free)
        if granted > 0 then
          tat = from + granted * interval
        end

        if granted + spent > 0 then
          redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil(math.max(0, tat - now) / 1000) + slack)
        end

        return {granted, math.min(largest, math.floor((free - granted) / share)), math.max(0, tat - now)}
        """;
}
