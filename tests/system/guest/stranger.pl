#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# A process that is called redis-server and is none: it listens, writes down whatever it receives, and asks for a
# password whatever it is told. NAME calls it something else.
# Usage: stranger.pl LOG PLACE...    PLACE: the path of a unix socket, a port on loopback, or fd:NUMBER, that listens
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;

my ($log, @places) = @ARGV;
$0 = $ENV{NAME} // 'redis-server';
open my $out, '>>', $log or die "$log: $!";
$out->autoflush(1);

sub listen_at {
    my ($place) = @_;
    if ($place =~ /^fd:(\d+)$/) {
        my $socket = IO::Socket->new_from_fd($1, 'r+') or die "$place: $!";
        return $socket;
    }
    if ($place =~ m{^/}) {
        my $socket = IO::Socket::UNIX->new(Local => $place, Listen => 8) or die "$place: $!";
        chmod 0777, $place;
        return $socket;
    }
    return IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $place, Listen => 8, ReuseAddr => 1)
        || die "$place: $!";
}

my %listens = map { my $socket = listen_at($_); (fileno($socket) => $socket) } @places;
my $select = IO::Select->new(values %listens);
while (my @ready = $select->can_read) {
    for my $socket (@ready) {
        if ($listens{fileno $socket}) {
            my $client = $socket->accept or next;
            print $out "connected\n";
            $select->add($client);
        } elsif (sysread $socket, my $bytes, 65536) {
            print $out $bytes;
            syswrite $socket, "-NOAUTH Authentication required.\r\n";
        } else {
            $select->remove($socket);
            close $socket;
        }
    }
}
