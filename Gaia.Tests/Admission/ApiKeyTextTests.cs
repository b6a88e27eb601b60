namespace Gaia.Tests.Admission;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void A_created_key_is_well_formed() => Assert.True(ApiKeyText.IsWellFormed(ApiKeyText.Create("live")));

    [Fact]
    public void Any_changed_character_is_noticed()
    {
        var key = ApiKeyText.Create("dev");

        Assert.All(Enumerable.Range(0, key.Length), i =>
        {
            var other = key[i] == '7' ? '8' : '7';
            Assert.False(ApiKeyText.IsWellFormed(string.Concat(key.AsSpan(0, i), [other], key.AsSpan(i + 1))));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("gaia_")]
    [InlineData("gaia__")]
    [InlineData("gaia_dev_")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public void What_is_no_key_is_told_apart(string text) => Assert.False(ApiKeyText.IsWellFormed(text));
}
