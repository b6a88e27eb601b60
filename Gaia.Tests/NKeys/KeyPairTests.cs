using System.Text;
using NATS.NKeys;
using Xunit;

namespace Gaia.Tests.NKeys;

public sealed class KeyPairTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("a nonce");

    // Made by nsc, NATS' own tool.
    [Theory]
    [InlineData("SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM", "ODPWIBQJVIQ42462QAFI2RKJC4RZHCQSIVPRDDHWFCJAP52NRZK6Z2YC")]
    [InlineData("SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4", "AATEJXG7UX4HFJ6ZPRTP22P6OYZER36YYD3GVBOVW7QHLU32P4QFFTZJ")]
    [InlineData("SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZESU", "UBICBTHDKQRB4LIYA6BMIJ7EA2G7YS7FIWMMVKZJE6M3HS5IVCOLKDY2")]
    [InlineData("SXANLPW5OPP62ISXMPTH26DBYM4BGT3U6P2FEALGW3BZAVXQRWCX3KH2ZM", "XBIGHMCJSHWYFW6ZY4WWONQ3FRIS5A3OQAUMPPKYBNKRYQTVX4PEAIZA")]
    public void A_seed_yields_the_public_key_that_other_implementations_derive(string seed, string publicKey)
    {
        using var pair = KeyPair.FromSeed(seed);

        Assert.Equal(publicKey, pair.GetPublicKey());
        Assert.Equal(seed, pair.GetSeed());
    }

    [Theory]
    [InlineData(PrefixByte.Account, 'A')]
    [InlineData(PrefixByte.Cluster, 'C')]
    [InlineData(PrefixByte.Curve, 'X')]
    [InlineData(PrefixByte.Operator, 'O')]
    [InlineData(PrefixByte.Server, 'N')]
    [InlineData(PrefixByte.User, 'U')]
    public void The_first_letters_tell_what_a_key_is(PrefixByte prefix, char letter)
    {
        using var pair = KeyPair.CreatePair(prefix);

        Assert.StartsWith($"S{letter}", pair.GetSeed(), StringComparison.Ordinal);
        Assert.StartsWith($"{letter}", pair.GetPublicKey(), StringComparison.Ordinal);
        Assert.True(KeyPair.IsValidPublicKey(prefix, pair.GetPublicKey()));
        Assert.Equal(prefix, KeyPair.FromSeed(pair.GetSeed()).Prefix);
    }

    [Fact]
    public void A_signature_is_verified_by_the_public_half_and_by_no_other()
    {
        using var signer = KeyPair.CreatePair(PrefixByte.User);
        using var reader = KeyPair.FromPublicKey(signer.GetPublicKey());
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        var signature = new byte[64];

        signer.Sign(Message, signature);

        Assert.True(reader.Verify(Message, signature));
        Assert.False(stranger.Verify(Message, signature));
        Assert.False(reader.Verify(Encoding.UTF8.GetBytes("another nonce"), signature));
    }

    [Fact]
    public void A_public_half_neither_signs_nor_has_a_seed()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        using var publicHalf = KeyPair.FromPublicKey(pair.GetPublicKey());

        Assert.Throws<NKeysException>(publicHalf.GetSeed);
        Assert.Throws<NKeysException>(() => publicHalf.Sign(Message, new byte[64]));
    }

    [Fact]
    public void A_key_with_one_letter_changed_or_missing_is_refused()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);

        foreach (var seed in Damaged(pair.GetSeed()))
        {
            Assert.Throws<NKeysException>(() => KeyPair.FromSeed(seed));
        }

        foreach (var key in Damaged(pair.GetPublicKey()))
        {
            Assert.Throws<NKeysException>(() => KeyPair.FromPublicKey(key));
            Assert.Throws<NKeysException>(() => KeyPair.IsValidPublicKey(PrefixByte.User, key));
        }
    }

    [Fact]
    public void A_seed_is_no_public_key_and_a_public_key_no_seed()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);

        Assert.Throws<NKeysException>(() => KeyPair.FromSeed(pair.GetPublicKey()));
        Assert.Throws<NKeysException>(() => KeyPair.FromPublicKey(pair.GetSeed()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SU")]
    [InlineData("not a key at all")]
    [InlineData("SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZE81")]
    public void Text_that_is_no_key_is_refused(string text)
    {
        Assert.ThrowsAny<Exception>(() => KeyPair.FromSeed(text));
        Assert.ThrowsAny<Exception>(() => KeyPair.FromPublicKey(text));
    }

    /// <summary>The last letter is left alone: some of its bits are padding.</summary>
    private static IEnumerable<string> Damaged(string key) =>
        Enumerable.Range(0, key.Length - 1)
            .Select(at => $"{key[..at]}{(key[at] == 'B' ? 'C' : 'B')}{key[(at + 1)..]}")
            .Append(key[..^2]);
}
