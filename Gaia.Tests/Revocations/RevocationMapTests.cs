using Gaia.Gateway.Revocations;

namespace Gaia.Tests.Revocations;

public sealed class RevocationMapTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddHours(1);

    private readonly RevocationMap map = new();
    private readonly Guid holder = Guid.CreateVersion7();

    [Fact]
    public void What_was_issued_before_a_revocation_is_over_and_what_came_with_or_after_it_is_not()
    {
        map.Apply(new RevocationPage(5, [Of(5)]));

        Assert.True(map.IsOver(holder, 4));
        Assert.False(map.IsOver(holder, 5));
        Assert.False(map.IsOver(Guid.CreateVersion7(), 1));
    }

    [Fact]
    public void The_highest_position_counts_in_whatever_order_they_come()
    {
        map.Apply(Of(3));
        map.Apply(Of(2));
        map.Apply(Of(1));

        Assert.True(map.IsOver(holder, 2));
    }

    [Fact]
    public void A_missing_one_is_noticed_until_Auth_has_told_it()
    {
        map.Apply(Of(1));
        map.Apply(Of(3));
        Assert.True(map.HasGap);
        Assert.Equal(1, map.Position);

        map.Apply(new RevocationPage(3, [Of(2), Of(3)]));

        Assert.False(map.HasGap);
        Assert.Equal(3, map.Position);
    }

    [Fact]
    public void Every_revocation_ends_what_was_found_to_hold()
    {
        var before = map.Epoch;

        map.Apply(Of(1));

        Assert.NotEqual(before, map.Epoch);
    }

    [Fact]
    public void What_nothing_valid_can_be_concerned_by_is_forgotten()
    {
        map.Apply(Of(1));
        map.Forget(Later.AddSeconds(-1));
        Assert.Equal(1, map.Count);

        map.Forget(Later.AddSeconds(1));

        Assert.Equal(0, map.Count);
        Assert.Equal(1, map.Position);
    }

    private Revocation Of(long position) => new(Revocation.CurrentVersion, position, holder, RevocationReason.SignedOut, DateTimeOffset.UtcNow, Later);
}
